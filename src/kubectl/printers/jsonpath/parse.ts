// Reads a JSONPath template: text, and actions in braces. One pass, no backtracking. Errors have client-go's words.
// Upstream: parser.go of k8s.io/client-go/util/jsonpath.
import type { Bounds, Node } from './nodes.ts';
import { unquoted } from './unquote.ts';

/** A template is written by a user or stands in a file; nothing of use comes near this length. */
const LONGEST = 1 << 20;

export function parseJsonPath(template: string): Node[] {
  if (template.length > LONGEST) throw new Error('the template is too long');
  const nodes: Node[] = [];
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf('{', at);
    const end = open < 0 ? template.length : open;
    if (end > at) nodes.push({ kind: 'text', text: template.slice(at, end) });
    if (open < 0) break;
    const action = new Action(template, open + 1);
    nodes.push({ kind: 'list', nodes: action.parse() });
    at = action.end;
  }
  return nodes;
}

const parseAction = (text: string): Node[] => {
  const [first] = parseJsonPath(`{${text}}`);
  return first?.kind === 'list' ? first.nodes : [];
};

const TERMINATORS = new Set([' ', '\t', '\r', '\n', '', '.', ',', '[', ']', '$', '@', '{', '}']);

class Action {
  readonly #text: string;
  #at: number;
  readonly #nodes: Node[] = [];

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  /** Behind the closing brace. */
  get end(): number {
    return this.#at;
  }

  parse(): Node[] {
    while (this.#next()) {}
    return this.#nodes;
  }

  /** One element; false behind the closing brace. */
  #next(): boolean {
    const character = this.#text.charAt(this.#at);
    if (character === '}') {
      this.#at++;
      return false;
    }
    if (this.#text.startsWith('[?(', this.#at)) this.#filter();
    else if (this.#text.startsWith('..', this.#at)) this.#recursive();
    else if (character === '' || character === '\r' || character === '\n') throw new Error('unclosed action');
    else if (character === ' ' || character === '@' || character === '$') this.#at++;
    else if (character === '[') this.#array();
    else if (character === '"' || character === "'") this.#quoted(character);
    else if (character === '.') {
      this.#at++;
      this.#field();
    } else if (/[-+\p{Nd}]/u.test(character)) this.#number();
    else if (/[_\p{L}]/u.test(character)) this.#word();
    else
      throw new Error(`unrecognized character in action: ${unicodeName(this.#text.codePointAt(this.#at)!)}`);
    return true;
  }

  #recursive(): void {
    if (this.#nodes.at(-1)?.kind === 'recursive') throw new Error('invalid multiple recursive descent');
    this.#at += 2;
    this.#nodes.push({ kind: 'recursive' });
    if (/[_\p{L}\p{Nd}]/u.test(this.#text.charAt(this.#at))) this.#field();
  }

  #field(): void {
    const start = this.#at;
    for (;;) {
      const character = this.#text.charAt(this.#at);
      if (character !== '\\' && TERMINATORS.has(character)) break;
      this.#at = Math.min(this.#at + (character === '\\' ? 2 : 1), this.#text.length);
    }
    const name = this.#text.slice(start, this.#at).replaceAll('\\', '');
    this.#nodes.push(name === '*' ? { kind: 'wildcard' } : { kind: 'field', name });
  }

  #word(): void {
    const start = this.#at;
    while (!TERMINATORS.has(this.#text.charAt(this.#at))) this.#at++;
    const word = this.#text.slice(start, this.#at);
    const isBoolean = word === 'true' || word === 'false';
    this.#nodes.push(isBoolean ? { kind: 'literal', value: word === 'true' } : { kind: 'word', word });
  }

  #number(): void {
    const start = this.#at++;
    while (/[.\p{Nd}]/u.test(this.#text.charAt(this.#at))) this.#at++;
    const text = this.#text.slice(start, this.#at);
    if (!/^[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$/.test(text)) throw new Error(`cannot parse number ${text}`);
    this.#nodes.push({ kind: 'literal', value: Number(text) });
  }

  #quoted(quote: string): void {
    const start = this.#at++;
    for (;;) {
      const character = this.#text.charAt(this.#at++);
      if (character === '' || character === '\n') throw new Error('unterminated quoted string');
      if (character === quote && this.#text.charAt(this.#at - 2) !== '\\') break;
    }
    const text = this.#text.slice(start, this.#at);
    this.#nodes.push({ kind: 'text', text: unquoted(text) });
  }

  #array(): void {
    const close = this.#text.indexOf(']', this.#at);
    const newline = this.#text.indexOf('\n', this.#at);
    if (close < 0 || (newline >= 0 && newline < close)) throw new Error('unterminated array');
    const text = this.#text.slice(this.#at + 1, close);
    this.#at = close + 1;
    if (text.includes(',')) {
      const lists = text.split(',').map((part) => parseAction(`[${part.replace(/^ +/, '').trimEnd()}]`));
      this.#nodes.push({ kind: 'union', lists });
      return;
    }
    const key = /^'([^']*)'$/.exec(text)?.[1];
    if (key === undefined) this.#nodes.push({ kind: 'slice', bounds: boundsOf(text === '*' ? ':' : text) });
    else for (const node of parseAction(`.${key}`)) this.#nodes.push(node);
  }

  #filter(): void {
    this.#at += 3;
    const start = this.#at;
    this.#at = this.#endOfFilter();
    const text = this.#text.slice(start, this.#at - 1);
    if (this.#text.charAt(this.#at++) !== ']') throw new Error('unclosed array expect ]');
    const [left, operator, right] = comparison(text);
    this.#nodes.push({
      kind: 'filter',
      left: parseAction(left),
      right: right === '' ? [] : parseAction(right),
      operator,
    });
  }

  /** Behind the parenthesis that closes the filter, one within quotes not counted. */
  #endOfFilter(): number {
    let quote = '';
    let isQuoted = false;
    for (let at = this.#at; ; at++) {
      const character = this.#text.charAt(at);
      if (character === '' || character === '\n') throw new Error('unterminated filter');
      if (character === '"' || character === "'") {
        if (quote === '') [quote, isQuoted] = [character, true];
        else if (character === quote && this.#text.charAt(at - 1) !== '\\') isQuoted = false;
      } else if (character === ')' && !isQuoted) return at + 1;
    }
  }
}

/** Left side, operator, right side; `exists` when there is no comparison. */
function comparison(text: string): readonly [string, string, string] {
  const start = text.search(/[!<>=]/);
  if (start <= 0) return [text, 'exists', ''];
  let end = start;
  while (end < text.length - 1 && '!<>='.includes(text.charAt(end))) end++;
  if (end === start) return [text, 'exists', ''];
  return [text.slice(0, start), text.slice(start, end), text.slice(end)];
}

function boundsOf(text: string): Bounds {
  const parts = text.split(':');
  if (parts.length > 3 || !parts.every((part) => /^-?[0-9]*$/.test(part)))
    throw new Error(`invalid array index ${text}`);
  const [from, to, step] = parts.map((part) => (part === '' ? undefined : indexOf(part)));
  if (parts.length > 1) return defined({ from, to, step, isIndex: false });
  return defined({ from, to: (from ?? 0) + 1, isIndex: true });
}

function indexOf(text: string): number {
  const index = Number(text);
  if (text === '-' || !Number.isSafeInteger(index)) throw new Error(`array index ${text} is not a number`);
  return index;
}

const defined = (bounds: { [Key in keyof Bounds]: Bounds[Key] | undefined }): Bounds => ({
  ...(bounds.from !== undefined && { from: bounds.from }),
  ...(bounds.to !== undefined && { to: bounds.to }),
  ...(bounds.step !== undefined && { step: bounds.step }),
  isIndex: bounds.isIndex ?? false,
});

const unicodeName = (code: number) =>
  `U+${code.toString(16).toUpperCase().padStart(4, '0')} '${String.fromCodePoint(code)}'`;
