// Parses a regular expression of JavaScript into the tree that automaton.ts reads. Conservative: what it does not model exactly
// (lookarounds, back references, properties of Unicode) becomes something that matches more.

export type Node =
  | { readonly is: 'set'; readonly set: CharSet }
  | { readonly is: 'sequence'; readonly parts: readonly Node[] }
  | { readonly is: 'choice'; readonly parts: readonly Node[] }
  | { readonly is: 'repeat'; readonly of: Node; readonly least: number; readonly most: number }
  /** Matches nothing, but may fail: anchors other than a leading ^, lookarounds. */
  | { readonly is: 'assertion' };

/** Bits 0 to 127 for ASCII, bit 128 for everything else but the spaces beyond ASCII, which bit 129 stands for. */
export type CharSet = bigint;

const OTHER = 1n << 128n;
const OTHER_SPACE = 1n << 129n;
export const ANY: CharSet = (1n << 130n) - 1n;
const bit = (code: number): CharSet => (code < 128 ? 1n << BigInt(code) : OTHER);

function range(from: number, to: number): CharSet {
  let set = to > 127 ? OTHER : 0n;
  for (let code = from; code <= Math.min(to, 127); code++) set |= bit(code);
  return set;
}

const span = (text: string): CharSet => range(text.charCodeAt(0), text.charCodeAt(1));
const DIGITS = span('09');
const WORD = DIGITS | span('az') | span('AZ') | bit(95);
const SPACE = range(9, 13) | bit(32) | OTHER_SPACE;
export const BREAKS = bit(10) | bit(13);
const CLASSES: Readonly<Record<string, CharSet>> = {
  d: DIGITS,
  D: ANY & ~DIGITS,
  w: WORD,
  W: ANY & ~WORD,
  s: SPACE,
  S: ANY & ~SPACE,
};
const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, v: 11, f: 12, 0: 0 };

export interface Parsed {
  readonly tree: Node;
  /** Where a match may begin. */
  readonly begins: 'at the start' | 'at lines' | 'anywhere';
}

export function parse(source: string, flags: string): Parsed {
  const parser = new Parser(source, flags.includes('i'), flags.includes('s'));
  const tree = parser.choice();
  const begins = !parser.startsAnchored ? 'anywhere' : flags.includes('m') ? 'at lines' : 'at the start';
  return { tree, begins: flags.includes('y') ? 'at the start' : begins };
}

const BACKSPACE = 8;

class Parser {
  readonly #text: string;
  readonly #ignoresCase: boolean;
  readonly #dotAll: boolean;
  #at = 0;
  #depth = 0;
  /** Every alternative at the top begins with ^. */
  startsAnchored = true;

  constructor(text: string, ignoresCase: boolean, dotAll: boolean) {
    this.#text = text;
    this.#ignoresCase = ignoresCase;
    this.#dotAll = dotAll;
  }

  choice(): Node {
    const parts = [this.#sequence()];
    while (this.#took('|')) parts.push(this.#sequence());
    return parts.length === 1 ? parts[0]! : { is: 'choice', parts };
  }

  #sequence(): Node {
    if (this.#depth === 0 && this.#text[this.#at] !== '^') this.startsAnchored = false;
    this.#took('^');
    const parts: Node[] = [];
    while (this.#at < this.#text.length && !'|)'.includes(this.#text[this.#at]!))
      parts.push(this.#repeated(this.#atom()));
    return { is: 'sequence', parts };
  }

  #repeated(of: Node): Node {
    const quantifier = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})/.exec(this.#text.slice(this.#at, this.#at + 24));
    if (!quantifier) return of;
    this.#at += quantifier[0].length;
    this.#took('?');
    const [text, from, comma, to] = quantifier;
    if (from === undefined)
      return {
        is: 'repeat',
        of,
        least: text === '+' ? 1 : 0,
        most: text === '?' ? 1 : Number.POSITIVE_INFINITY,
      };
    const least = Number(from);
    return { is: 'repeat', of, least, most: !comma ? least : to ? Number(to) : Number.POSITIVE_INFINITY };
  }

  #atom(): Node {
    const c = this.#text[this.#at++]!;
    if (c === '(') return this.#group();
    if (c === '[') return { is: 'set', set: this.#class() };
    if (c === '\\') return this.#escaped();
    if (c === '.') return { is: 'set', set: this.#dotAll ? ANY : ANY & ~BREAKS };
    if (c === '^' || c === '$') return { is: 'assertion' };
    return { is: 'set', set: this.#cased(bit(c.charCodeAt(0))) };
  }

  #group(): Node {
    const prefix = /^\?(?:[:=!]|<[=!]|<\w+>)/.exec(this.#text.slice(this.#at, this.#at + 80))?.[0] ?? '';
    this.#at += prefix.length;
    this.#depth++;
    const inner = this.choice();
    this.#depth--;
    this.#took(')');
    const isLook = /[=!]/.test(prefix);
    return isLook ? { is: 'assertion' } : inner;
  }

  #escaped(): Node {
    const c = this.#text[this.#at]!;
    if (c === 'b' || c === 'B') {
      this.#at++;
      return { is: 'assertion' };
    }
    // A back reference repeats any text.
    if (/[1-9k]/.test(c)) {
      this.#at++;
      return { is: 'repeat', of: { is: 'set', set: ANY }, least: 0, most: Number.POSITIVE_INFINITY };
    }
    return { is: 'set', set: this.#cased(this.#escapedSet()) };
  }

  /** Behind the backslash. */
  #escapedSet(): CharSet {
    const c = this.#text[this.#at++]!;
    if (c in CLASSES) return CLASSES[c]!;
    if (c === 'p' || c === 'P') {
      this.#at = this.#text.indexOf('}', this.#at) + 1;
      return ANY;
    }
    const code = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]+)\})/.exec(
      this.#text.slice(this.#at - 1, this.#at + 10),
    );
    if (!code) return bit(ESCAPES[c] ?? c.charCodeAt(0));
    this.#at += code[0].length - 1;
    return bit(Number.parseInt(code[1] ?? code[2] ?? code[3]!, 16));
  }

  #class(): CharSet {
    const negated = this.#took('^');
    let set = 0n;
    while (!this.#took(']')) {
      const from = this.#at;
      let part = this.#member();
      if (this.#text[this.#at] === '-' && this.#text[this.#at + 1] !== ']') {
        this.#at++;
        const first = this.#text.charCodeAt(from);
        const isPlain = this.#text[from] !== '\\' && this.#text[this.#at] !== '\\';
        const last = this.#text.charCodeAt(this.#at);
        const end = this.#member();
        part = isPlain ? range(first, last) : part > end ? ANY : between(part, end);
      }
      set |= this.#cased(part);
    }
    return negated ? (ANY & ~set) | (set & OTHER) : set;
  }

  #member(): CharSet {
    if (this.#took('\\')) return this.#took('b') ? bit(BACKSPACE) : this.#escapedSet();
    return bit(this.#text.charCodeAt(this.#at++));
  }

  #cased(set: CharSet): CharSet {
    if (!this.#ignoresCase) return set;
    const upper = (set & span('az')) >> 32n;
    const lower = (set & span('AZ')) << 32n;
    return set | upper | lower;
  }

  #took(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }
}

/** All from the lowest bit of one set to the lowest of another. */
function between(from: CharSet, to: CharSet): CharSet {
  let set = from | to;
  for (let one = from; one < to; one <<= 1n) set |= one;
  return set;
}
