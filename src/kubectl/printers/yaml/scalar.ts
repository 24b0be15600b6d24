// A string as a YAML scalar: bare, quoted or as a literal block, folded behind column 80.
// Called by write.ts. Upstream: emitterc.go of go.yaml.in/yaml/v2.
import { isPlainString } from './plain.ts';

export interface Place {
  /** Where the scalar starts, in characters. */
  readonly column: number;
  /** Of the lines that continue it. */
  readonly indent: number;
  /** Keys stand on one line. */
  readonly isKey: boolean;
}

const WIDTH = 80;

export function scalarText(text: string, place: Place): string {
  const facts = factsOf(text);
  const isMultiline = text.includes('\n');
  if (isMultiline) return facts.canBlock && !place.isKey ? literal(text, place) : doubleQuoted(text, place);
  if (!isPlainString(text)) return doubleQuoted(text, place);
  if (facts.canPlain) return folded(text, place, 0, text.length);
  return facts.canSingle ? singleQuoted(text, place) : doubleQuoted(text, place);
}

const isBreak = (character: string | undefined) =>
  character !== undefined && /[\r\n\u0085\u2028\u2029]/.test(character);

/** U+FEFF and everything beyond U+FFFF count as not printable. */
const PRINTABLE = /^[\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]*$/;

interface Facts {
  readonly canPlain: boolean;
  readonly canSingle: boolean;
  readonly canBlock: boolean;
}

const ALWAYS_AN_INDICATOR = new Set('#,[]{}&*!|>\'"%@`');

function factsOf(text: string): Facts {
  const isSpecial = !PRINTABLE.test(text);
  const spaceThenBreak = / [\r\n\u0085\u2028\u2029]/.test(text);
  const breakThenSpace = /[\r\n\u0085\u2028\u2029] /.test(text);
  const canSingle = !isSpecial && !spaceThenBreak && !breakThenSpace;
  const first = text.charAt(0);
  const last = text.charAt(text.length - 1);
  const hasEdge = first === ' ' || last === ' ' || isBreak(first) || isBreak(last);
  return {
    canPlain: canSingle && !hasEdge && !/[\u2028\u2029]/.test(text) && !hasIndicator(text),
    canSingle,
    canBlock: !isSpecial && !spaceThenBreak && last !== ' ',
  };
}

function hasIndicator(text: string): boolean {
  if (text.startsWith('---') || text.startsWith('...')) return true;
  const first = text.charAt(0);
  if (ALWAYS_AN_INDICATOR.has(first)) return true;
  if (/^[-?:](?:[ \t]|$)/.test(text)) return true;
  return /:(?:[ \t]|$)/.test(text) || /[ \t\u2028\u2029]#/.test(text);
}

/** The text with a line break in place of each single space that stands behind column 80. */
function folded(text: string, { column, indent, isKey }: Place, from: number, to: number): string {
  if (isKey || column + text.length <= WIDTH) return text;
  const parts: string[] = [];
  let at = column;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const single = text[i] === ' ' && text[i - 1] !== ' ' && text[i + 1] !== ' ';
    if (single && at > WIDTH && i >= from && i < to) {
      parts.push(text.slice(start, i));
      start = i + 1;
      at = indent;
    } else at++;
  }
  parts.push(text.slice(start));
  return parts.join(`\n${' '.repeat(indent)}`);
}

function singleQuoted(text: string, place: Place): string {
  const doubled = text
    .replaceAll("'", "''")
    .replace(/[\u2028\u2029](?=[^ \u2028\u2029])/g, `$&${' '.repeat(place.indent)}`);
  const inside = { ...place, column: place.column + 1 };
  return `'${folded(doubled, inside, 1, doubled.length - 1)}'`;
}

const NAMED: Readonly<Record<string, string>> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\u0085': 'N',
  '\u2028': 'L',
  '\u2029': 'P',
};

function escaped(character: string): string {
  const name = NAMED[character];
  if (name !== undefined) return `\\${name}`;
  if (PRINTABLE.test(character)) return character;
  const code = character.codePointAt(0)!;
  const [letter, width] = code <= 0xff ? ['x', 2] : code <= 0xffff ? ['u', 4] : ['U', 8];
  return `\\${letter}${code.toString(16).toUpperCase().padStart(Number(width), '0')}`;
}

function doubleQuoted(text: string, { column, indent, isKey }: Place): string {
  const characters = [...text];
  let line = '"';
  let at = column + 1;
  const lines: string[] = [];
  for (const [i, character] of characters.entries()) {
    const mayFold = !isKey && character === ' ' && i > 0 && i < characters.length - 1;
    if (mayFold && at > WIDTH && characters[i - 1] !== ' ') {
      lines.push(line);
      line = ' '.repeat(indent) + (characters[i + 1] === ' ' ? '\\' : '');
      at = line.length;
    } else {
      const shown = escaped(character);
      line += shown;
      at += shown.length;
    }
  }
  return [...lines, `${line}"`].join('\n');
}

function literal(text: string, { indent }: Place): string {
  const hint = text.startsWith(' ') || isBreak(text[0]) ? '2' : '';
  const pad = ' '.repeat(indent);
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  const lines = body.split('\n').map((line) => (line === '' ? '' : pad + line));
  return `|${hint}${chomping(text)}\n${lines.join('\n')}`;
}

function chomping(text: string): string {
  if (!isBreak(text.at(-1))) return '-';
  return text.length === 1 || isBreak(text.at(-2)) ? '+' : '';
}
