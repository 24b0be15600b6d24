// Splits a Go template into texts and the tokens of its actions. Linear in the length of the template.
// Upstream: text/template/parse/lex.go.
import { unquoted } from '../jsonpath/unquote.ts';

export type Token = {
  readonly kind:
    | 'text'
    | 'space'
    | 'field'
    | 'dot'
    | 'variable'
    | 'word'
    | 'string'
    | 'char'
    | 'number'
    | 'mark'
    | 'end';
  readonly text: string;
  readonly at: number;
};

export class TemplateError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

const isSpace = (character: string) => /[ \t\r\n]/.test(character) && character !== '';
const isWordPart = (character: string) => /[_\p{L}\p{Nd}]/u.test(character);

/** Tokens between two of kind `text`; each action ends with one of kind `end`. */
export function tokensOf(template: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let trimsNext = false;
  for (;;) {
    const open = template.indexOf('{{', at);
    const end = open < 0 ? template.length : open;
    const trims = open >= 0 && template.charAt(open + 2) === '-' && isSpace(template.charAt(open + 3));
    let text = template.slice(at, end);
    if (trimsNext) text = text.trimStart();
    if (trims) text = text.trimEnd();
    if (text !== '') tokens.push({ kind: 'text', text, at });
    if (open < 0) return tokens;
    const start = open + (trims ? 3 : 2);
    const action = new ActionLexer(template, start);
    const found = action.tokens();
    for (const token of found) tokens.push(token);
    at = action.at;
    trimsNext = action.trims;
  }
}

class ActionLexer {
  readonly #text: string;
  at: number;
  /** Whether the space behind the action is dropped. */
  trims = false;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  tokens(): Token[] {
    if (this.#comment()) return [];
    const tokens: Token[] = [];
    let depth = 0;
    for (;;) {
      if (this.#closes()) {
        if (depth > 0) throw new TemplateError('unclosed left paren', this.at);
        tokens.push({ kind: 'end', text: '}}', at: this.at });
        this.#close();
        return tokens;
      }
      const token = this.#next();
      if (token.text === '(' && token.kind === 'mark') depth++;
      if (token.text === ')' && token.kind === 'mark' && --depth < 0)
        throw new TemplateError('unexpected right paren', token.at);
      tokens.push(token);
    }
  }

  #closes(): boolean {
    if (this.#text.startsWith('}}', this.at)) return true;
    return isSpace(this.#text.charAt(this.at)) && this.#text.startsWith('-}}', this.#behindSpace());
  }

  #behindSpace(): number {
    let at = this.at;
    while (isSpace(this.#text.charAt(at))) at++;
    return at;
  }

  #close(): void {
    const at = this.#behindSpace();
    this.trims = this.#text.charAt(at) === '-';
    this.at = at + (this.trims ? 3 : 2);
  }

  #comment(): boolean {
    const start = this.#behindSpace();
    if (!this.#text.startsWith('/*', start)) return false;
    const end = this.#text.indexOf('*/', start + 2);
    if (end < 0) throw new TemplateError('unclosed comment', start);
    this.at = end + 2;
    if (!this.#closes()) throw new TemplateError('comment ends before closing delimiter', this.at);
    this.#close();
    return true;
  }

  #next(): Token {
    const start = this.at;
    const character = this.#text.charAt(start);
    const token = (kind: Token['kind'], end: number): Token => {
      this.at = end;
      return { kind, text: this.#text.slice(start, end), at: start };
    };
    if (character === '') throw new TemplateError('unclosed action', start);
    if (isSpace(character)) return token('space', this.#behindSpace());
    if (character === '"' || character === '`' || character === "'") return this.#quoted(character);
    if (character === '.' && !/[0-9]/.test(this.#text.charAt(start + 1))) {
      const end = this.#behindName(start + 1);
      return token(end === start + 1 ? 'dot' : 'field', end);
    }
    if (character === '$') return token('variable', this.#behindName(start + 1));
    if (/[-+.0-9]/.test(character)) return token('number', this.#behindNumber(start));
    if (isWordPart(character)) return token('word', this.#behindName(start));
    if (this.#text.startsWith(':=', start)) return token('mark', start + 2);
    if ('=|,()'.includes(character)) return token('mark', start + 1);
    throw new TemplateError(`unrecognized character in action: ${this.#characterAt(start)}`, start);
  }

  #characterAt(at: number): string {
    const code = this.#text.codePointAt(at)!;
    return `U+${code.toString(16).toUpperCase().padStart(4, '0')} '${String.fromCodePoint(code)}'`;
  }

  /** What follows a name is no part of another one. */
  #behindName(from: number): number {
    const end = this.#behindWord(from);
    const ends =
      end >= this.#text.length ||
      /[ \t\r\n.,|:()=]/.test(this.#text.charAt(end)) ||
      this.#text.startsWith('}}', end);
    if (!ends) throw new TemplateError(`bad character ${this.#characterAt(end)}`, end);
    return end;
  }

  #behindWord(from: number): number {
    let end = from;
    while (isWordPart(this.#text.charAt(end))) end++;
    return end;
  }

  #behindNumber(from: number): number {
    let end = from + 1;
    while (
      /[.\w]/.test(this.#text.charAt(end)) ||
      (/[-+]/.test(this.#text.charAt(end)) && /[eE]/.test(this.#text.charAt(end - 1)))
    )
      end++;
    return end;
  }

  #quoted(quote: string): Token {
    const start = this.at;
    for (let at = start + 1; ; at++) {
      const character = this.#text.charAt(at);
      if (character === '' || (character === '\n' && quote !== '`'))
        throw new TemplateError(
          quote === '`' ? 'unterminated raw quoted string' : 'unterminated quoted string',
          start,
        );
      if (character === '\\' && quote !== '`') at++;
      else if (character === quote) {
        this.at = at + 1;
        return { kind: quote === "'" ? 'char' : 'string', text: this.#text.slice(start, this.at), at: start };
      }
    }
  }
}

/** The value of a token of kind string or char. */
export function quotedValue(token: Token): string {
  if (token.text.startsWith('`')) return token.text.slice(1, -1);
  try {
    return unquoted(token.text);
  } catch {
    throw new TemplateError('invalid syntax', token.at);
  }
}
