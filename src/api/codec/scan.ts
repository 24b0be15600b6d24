// Reports what JSON.parse does not: the number of keys of a text, repeated keys, and syntax errors in the words of
// Go's encoding/json. decode.ts calls `survey` for every body; the full scan runs only for bodies with something to report.

/** Bodies nested deeper than this are refused; the deepest valid objects (schemas of custom kinds) stay below 100. */
export const deepest = 1000;

const quote = 34;
const backslash = 92;

/** Index just behind the string that opens at `start`; the text's length if it never ends. */
function behindString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0 && text.charCodeAt(end - 1) === backslash) {
    let slashes = 1;
    while (text.charCodeAt(end - 1 - slashes) === backslash) slashes++;
    if (slashes % 2 === 0) break;
    end = text.indexOf('"', end + 1);
  }
  return end < 0 ? text.length : end + 1;
}

/** Counts keys and depth without building anything. Meaningful for valid JSON only. */
export function survey(text: string): { keys: number; depth: number } {
  let keys = 0;
  let open = 0;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === quote) i = behindString(text, i) - 1;
    else if (c === 58) keys++;
    else if (c === 123 || c === 91) depth = Math.max(depth, ++open);
    else if (c === 125 || c === 93) open--;
  }
  return { keys, depth };
}

export class JsonSyntaxError extends Error {}

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

class Scanner {
  readonly duplicates: string[] = [];
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): void {
    this.#value('');
    this.#space();
    if (this.#at < this.#text.length) this.#fail('after top-level value');
  }

  #value(path: string): void {
    this.#space();
    const c = this.#text[this.#at];
    if (c === '{') this.#nested(() => this.#object(path));
    else if (c === '[') this.#nested(() => this.#array(path));
    else if (c === '"') this.#string();
    else if (c === 't') this.#literal('true');
    else if (c === 'f') this.#literal('false');
    else if (c === 'n') this.#literal('null');
    else if (c === '-' || (c !== undefined && c >= '0' && c <= '9')) this.#number();
    else this.#fail('looking for beginning of value');
  }

  #nested(read: () => void): void {
    if (++this.#depth > deepest) throw new JsonSyntaxError('exceeded max depth');
    this.#at++;
    read();
    this.#depth--;
  }

  #object(path: string): void {
    const seen = new Set<string>();
    if (this.#took('}')) return;
    do {
      this.#space();
      if (this.#text[this.#at] !== '"') this.#fail('looking for beginning of object key string');
      const key = this.#string();
      const here = path ? `${path}.${key}` : key;
      if (seen.has(key)) this.duplicates.push(here);
      seen.add(key);
      if (!this.#took(':')) this.#fail('after object key');
      this.#value(here);
    } while (this.#took(','));
    if (!this.#took('}')) this.#fail('after object key:value pair');
  }

  #array(path: string): void {
    if (this.#took(']')) return;
    let index = 0;
    do this.#value(`${path}[${index++}]`);
    while (this.#took(','));
    if (!this.#took(']')) this.#fail('after array element');
  }

  #string(): string {
    const start = this.#at++;
    for (;;) {
      const c = this.#text[this.#at];
      if (c === undefined || c < ' ') this.#fail('in string literal');
      this.#at++;
      if (c === '"') return JSON.parse(this.#text.slice(start, this.#at)) as string;
      if (c === '\\') this.#escape();
    }
  }

  #escape(): void {
    const c = this.#text[this.#at];
    if (c === undefined || !'"\\/bfnrtu'.includes(c)) this.#fail('in string escape code');
    this.#at++;
    if (c !== 'u') return;
    for (let i = 0; i < 4; i++, this.#at++) {
      if (!/[0-9a-fA-F]/.test(this.#text[this.#at] ?? '')) this.#fail('in \\u hexadecimal character escape');
    }
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
    if (/[eE]/.test(this.#text[this.#at] ?? '')) {
      this.#at++;
      if (/[+-]/.test(this.#text[this.#at] ?? '')) this.#at++;
      this.#digits('in exponent of numeric literal');
    }
  }

  #digits(where: string): void {
    const start = this.#at;
    while (/[0-9]/.test(this.#text[this.#at] ?? '')) this.#at++;
    if (this.#at === start) this.#fail(where);
  }

  #took(character: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #space(): void {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? 'x')) this.#at++;
  }

  #fail(where: string): never {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) throw new JsonSyntaxError('unexpected end of JSON input');
    throw new JsonSyntaxError(`invalid character ${quoted(String.fromCodePoint(code))} ${where}`);
  }
}
