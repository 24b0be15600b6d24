// Reports what JSON.parse does not: repeated keys, and syntax errors in the words of Go's encoding/json.
// Runs only for texts with something to report, which are within the budget; one pass, a few nanoseconds per character.
import { DEEPEST } from './budget.ts';

export class JsonSyntaxError extends Error {}

/** Repeated keys that are reported, as many as upstream does. */
export const MOST_REPORTED = 100;

/** Reads a text as Go's scanner does: throws JsonSyntaxError with its words, or returns the paths of repeated keys. */
export function scan(text: string): string[] {
  const scanner = new Scanner(text);
  scanner.document();
  return scanner.duplicates;
}

/** Go's %q of one character, in single quotes. */
function quoted(character: string): string {
  if (character === "'") return `'\\''`;
  if (character === '"') return `'"'`;
  const escapes: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };
  const code = character.codePointAt(0) ?? 0;
  if (escapes[character]) return `'${escapes[character]}'`;
  return code < 32 ? `'\\x${code.toString(16).padStart(2, '0')}'` : `'${character}'`;
}

const QUOTE = 34;
const BACKSLASH = 92;
const isDigit = (code: number) => code >= 48 && code <= 57;
/** a to f and A to F differ in bit 5 only. */
const isHex = (code: number) => isDigit(code) || ((code | 32) >= 97 && (code | 32) <= 102);
const isSpace = (code: number) => code === 32 || code === 10 || code === 13 || code === 9;

class Scanner {
  readonly duplicates: string[] = [];
  readonly #text: string;
  #at = 0;
  /** The keys and indexes that lead to the current value. */
  readonly #path: (string | number)[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  document(): void {
    this.#value();
    this.#space();
    if (this.#at < this.#text.length) this.#fail('after top-level value');
  }

  #code(): number {
    return this.#text.charCodeAt(this.#at);
  }

  #value(): void {
    this.#space();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case '"':
        return this.#string();
      case 't':
        return this.#literal('true');
      case 'f':
        return this.#literal('false');
      case 'n':
        return this.#literal('null');
      default:
        if (this.#text[this.#at] !== '-' && !isDigit(this.#code()))
          this.#fail('looking for beginning of value');
        this.#number();
    }
  }

  #open(): void {
    if (this.#path.length >= DEEPEST) throw new JsonSyntaxError('exceeded max depth');
    this.#at++;
    this.#path.push(0);
  }

  #object(): void {
    this.#open();
    const seen = new Set<string>();
    if (!this.#took('}')) {
      do {
        this.#space();
        if (this.#code() !== QUOTE) this.#fail('looking for beginning of object key string');
        const start = this.#at;
        this.#string();
        this.#key(seen, this.#text.slice(start, this.#at));
        if (!this.#took(':')) this.#fail('after object key');
        this.#value();
      } while (this.#took(','));
      if (!this.#took('}')) this.#fail('after object key:value pair');
    }
    this.#path.pop();
  }

  #key(seen: Set<string>, literal: string): void {
    const key = literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1);
    this.#path[this.#path.length - 1] = key;
    if (seen.has(key) && this.duplicates.length < MOST_REPORTED) this.duplicates.push(pathText(this.#path));
    seen.add(key);
  }

  #array(): void {
    this.#open();
    if (!this.#took(']')) {
      let index = 0;
      do {
        this.#path[this.#path.length - 1] = index++;
        this.#value();
      } while (this.#took(','));
      if (!this.#took(']')) this.#fail('after array element');
    }
    this.#path.pop();
  }

  #string(): void {
    this.#at++;
    for (;;) {
      const code = this.#code();
      // NaN behind the end of the text.
      if (!(code >= 32)) this.#fail('in string literal');
      this.#at++;
      if (code === QUOTE) return;
      if (code === BACKSLASH) this.#escape();
    }
  }

  #escape(): void {
    const c = this.#text[this.#at];
    if (c === undefined || !'"\\/bfnrtu'.includes(c)) this.#fail('in string escape code');
    this.#at++;
    if (c !== 'u') return;
    for (let i = 0; i < 4; i++, this.#at++)
      if (!isHex(this.#code())) this.#fail('in \\u hexadecimal character escape');
  }

  #literal(word: string): void {
    for (let i = 0; i < word.length; i++, this.#at++) {
      if (this.#text[this.#at] !== word[i]) this.#fail(`in literal ${word} (expecting '${word[i]}')`);
    }
  }

  #number(): void {
    if (this.#text[this.#at] === '-') this.#at++;
    if (this.#text[this.#at] === '0') this.#at++;
    else this.#digits('in numeric literal');
    if (this.#text[this.#at] === '.') {
      this.#at++;
      this.#digits('after decimal point in numeric literal');
    }
    const exponent = this.#text[this.#at];
    if (exponent !== 'e' && exponent !== 'E') return;
    this.#at++;
    const sign = this.#text[this.#at];
    if (sign === '+' || sign === '-') this.#at++;
    this.#digits('in exponent of numeric literal');
  }

  #digits(where: string): void {
    const start = this.#at;
    while (isDigit(this.#code())) this.#at++;
    if (this.#at === start) this.#fail(where);
  }

  #took(character: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #space(): void {
    while (isSpace(this.#code())) this.#at++;
  }

  #fail(where: string): never {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) throw new JsonSyntaxError('unexpected end of JSON input');
    throw new JsonSyntaxError(`invalid character ${quoted(String.fromCodePoint(code))} ${where}`);
  }
}

/** `spec.containers[0].image`. */
export function pathText(steps: readonly (string | number)[]): string {
  let path = '';
  for (const step of steps)
    if (typeof step === 'number') path += `[${step}]`;
    else path += path ? `.${step}` : step;
  return path;
}
