// KYAML: YAML in braces and brackets, with quoted strings. Called by the kyaml format. Upstream: sigs.k8s.io/yaml/kyaml.
import { sortedKeys } from '../go-values/text.ts';
import { isMap } from '../printer.ts';
import { isTimestamp } from './plain.ts';

/** `keepOrder`: members in the order given. */
export const toKyaml = (value: unknown, keepOrder = false): string => render(value, 0, keepOrder);

const pad = (level: number) => '  '.repeat(level);

function render(value: unknown, level: number, keepOrder: boolean): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return quoted(value, level + 1, false);
  if (typeof value === 'number' || typeof value === 'bigint')
    return typeof value === 'number' ? JSON.stringify(value) : value.toString();
  if (Array.isArray(value)) return renderList(value, level, keepOrder);
  return isMap(value) ? renderMap(value, level, keepOrder) : String(value);
}

function renderList(list: readonly unknown[], level: number, keepOrder: boolean): string {
  if (list.length === 0) return '[]';
  if (list.every((item) => typeof item === 'object' && item !== null))
    return `[${list.map((item) => render(item, level, keepOrder)).join(', ')}]`;
  const lines = list.map((item) => `${pad(level + 1)}${render(item, level + 1, keepOrder)},\n`);
  return `[\n${lines.join('')}${pad(level)}]`;
}

function renderMap(map: Readonly<Record<string, unknown>>, level: number, keepOrder: boolean): string {
  const keys = (keepOrder ? Object.keys(map) : sortedKeys(map)).filter((key) => map[key] !== undefined);
  if (keys.length === 0) return '{}';
  const lines = keys.map((key) => {
    const name = needsQuotes(key) ? quoted(key, level + 1, true) : key;
    return `${pad(level + 1)}${name}: ${render(map[key], level + 1, keepOrder)},\n`;
  });
  return `{\n${lines.join('')}${pad(level)}}`;
}

const WORDS = new Set(
  [
    'null',
    '~',
    'true',
    't',
    'y',
    'yes',
    'on',
    'false',
    'f',
    'n',
    'no',
    'off',
    '.inf',
    '-.inf',
    '+.inf',
    '.nan',
  ].concat(['inf', '+inf', '-inf', 'infinity', '+infinity', '-infinity', 'nan']),
);

const NUMBER =
  /^[-+]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/;
const BASE_60 = /^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

function needsQuotes(key: string): boolean {
  if (key === '' || WORDS.has(key.toLowerCase())) return true;
  if (NUMBER.test(key.replaceAll('_', '')) || BASE_60.test(key) || isTimestamp(key)) return true;
  return !/^[\p{L}\p{N}_](?:[-./\p{L}\p{N}_]*[\p{L}\p{N}_])?$/u.test(key);
}

const NAMED: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\r': '\\r',
  '\v': '\\v',
  '\0': '\\0',
  '\x1b': '\\e',
  '\u0085': '\\N',
  '\u00a0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function escaped(character: string): string {
  const name = NAMED[character];
  if (name !== undefined) return name;
  if (character === ' ' || !/[\p{Z}\p{C}]/u.test(character)) return character;
  const code = character.codePointAt(0)!;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** A text of several lines has one line for each, aligned; a compact one has escapes instead. */
function quoted(text: string, level: number, isCompact: boolean): string {
  const isMultiline = text.includes('\n') && !isCompact;
  let result = isMultiline ? '"\\\n' : '"';
  for (const character of text) {
    if (result.endsWith('\n')) result += pad(level) + (/[^\S\n]/.test(character) ? '\\' : ' ');
    if (character === '\n') result += isCompact ? '\\n' : '\\n\\\n';
    else if (character === '\t') result += isCompact ? '\\t' : '\t';
    else result += escaped(character);
  }
  if (!isMultiline) return `${result}"`;
  return `${result}${result.endsWith('\n') ? '' : '\\\n'}${pad(level)}"`;
}
