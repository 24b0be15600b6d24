// Colours for code: what is typed and what is printed in consoles, and keys, strings and comments of YAML. All other code stays plain.
import { escaped } from '../html.ts';

const span = (kind: string, text: string): string => `<span class="${kind}">${escaped(text)}</span>`;

/** The value of a key or an item, with a comment behind it. */
function yamlValue(text: string): string {
  const comment = /(^|\s)#.*$/.exec(text);
  const value = comment ? text.slice(0, comment.index) : text;
  const shown = /^\s*["'].*["']\s*$/.test(value) ? span('string', value) : escaped(value);
  return comment ? shown + span('comment', text.slice(comment.index)) : shown;
}

function yamlLine(line: string): string {
  if (/^\s*#/.test(line)) return span('comment', line);
  const parts = /^(\s*(?:- )*)([\w./-]+)(:)(\s.*|)$/.exec(line);
  if (!parts) return yamlValue(line);
  const [, indent = '', key = '', colon = '', value = ''] = parts;
  return escaped(indent) + span('key', key) + colon + yamlValue(value);
}

function consoleLine(line: string): string {
  const typed = /^([$>]) (.*)$/.exec(line);
  return typed ? `${span('prompt', `${typed[1]} `)}${span('typed', typed[2]!)}` : span('printed', line);
}

const LINES: Readonly<Record<string, (line: string) => string>> = { yaml: yamlLine, console: consoleLine };

export function highlighted(code: string, language: string): string {
  const line = LINES[language] ?? escaped;
  return code
    .replace(/\n$/, '')
    .split('\n')
    .map((one) => line(one))
    .join('\n');
}
