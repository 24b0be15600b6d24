// Bytes of a terminal as keys, pasted texts and the mouse. Pure, but for what is left of an unfinished sequence.
import { StringDecoder } from 'node:string_decoder';

export type Input =
  | { readonly type: 'key'; readonly key: string }
  | { readonly type: 'paste'; readonly text: string }
  | {
      readonly type: 'mouse';
      readonly action: 'up' | 'down' | 'click';
      readonly x: number;
      readonly y: number;
    };

/** Characters of a pasted text; the rest is dropped. */
const LONGEST_PASTE = 4096;
/** A sequence that is longer is none. */
const LONGEST_SEQUENCE = 32;

const SEQUENCES: Readonly<Record<string, string>> = {
  ...{ '[A': 'up', '[B': 'down', '[C': 'right', '[D': 'left', '[H': 'home', '[F': 'end', '[Z': 'shift-tab' },
  ...{ OA: 'up', OB: 'down', OC: 'right', OD: 'left', OH: 'home', OF: 'end' },
  ...{ '[1~': 'home', '[3~': 'delete', '[4~': 'end', '[5~': 'pageup', '[6~': 'pagedown' },
  ...{ '[7~': 'home', '[8~': 'end' },
};

const NAMED: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\x7f': 'backspace',
  '\b': 'backspace',
  '\0': 'ctrl-space',
  ' ': 'space',
};

const PASTE_BEGIN = '\x1b[200~';
const PASTE_END = '\x1b[201~';

export class KeyDecoder {
  readonly #utf8 = new StringDecoder('utf8');
  #rest = '';
  #pasted: string | undefined;

  /** Whether an Esc may be the key, or the beginning of a sequence: `flush` after some milliseconds decides. */
  get isUnfinished(): boolean {
    return this.#rest !== '' && this.#pasted === undefined;
  }

  push(bytes: Buffer): Input[] {
    this.#rest += this.#utf8.write(bytes);
    const found: Input[] = [];
    while (this.#rest !== '') {
      const input = this.#pasted === undefined ? this.#key() : this.#paste();
      if (input === 'unfinished') break;
      if (input) found.push(input);
    }
    return found;
  }

  /** What came is all that will come. */
  flush(): Input[] {
    const rest = this.#rest;
    if (rest === '' || this.#pasted !== undefined) return [];
    this.#rest = '';
    const found: Input[] = [{ type: 'key', key: 'esc' }];
    return rest.length > 1 ? [...found, ...this.push(Buffer.from(rest.slice(1)))] : found;
  }

  #paste(): Input | undefined | 'unfinished' {
    const end = this.#rest.indexOf(PASTE_END);
    // The mark of the end may have come in part.
    const taken = end < 0 ? Math.max(0, this.#rest.length - PASTE_END.length) : end;
    this.#pasted = `${this.#pasted}${this.#rest.slice(0, taken)}`.slice(0, LONGEST_PASTE);
    this.#rest = this.#rest.slice(end < 0 ? taken : end + PASTE_END.length);
    if (end < 0) return 'unfinished';
    const text = this.#pasted;
    this.#pasted = undefined;
    return { type: 'paste', text };
  }

  #key(): Input | undefined | 'unfinished' {
    const [first = ''] = this.#rest;
    if (first !== '\x1b') {
      this.#rest = this.#rest.slice(first.length);
      return { type: 'key', key: keyOf(first) };
    }
    if (this.#rest.startsWith(PASTE_BEGIN)) {
      this.#rest = this.#rest.slice(PASTE_BEGIN.length);
      this.#pasted = '';
      return undefined;
    }
    return this.#sequence();
  }

  #sequence(): Input | undefined | 'unfinished' {
    const text = this.#rest.slice(1, LONGEST_SEQUENCE);
    const [introducer = ''] = text;
    if (introducer === '') return 'unfinished';
    if (introducer === '\x1b') {
      this.#rest = this.#rest.slice(1);
      return { type: 'key', key: 'esc' };
    }
    if (introducer !== '[' && introducer !== 'O') {
      this.#rest = this.#rest.slice(1 + introducer.length);
      return { type: 'key', key: `alt-${keyOf(introducer)}` };
    }
    const end = finalByte(text);
    if (end < 0) {
      if (text.length < LONGEST_SEQUENCE - 1) return 'unfinished';
      this.#rest = this.#rest.slice(1 + text.length);
      return undefined;
    }
    this.#rest = this.#rest.slice(2 + end);
    const sequence = text.slice(0, end + 1);
    if (sequence.startsWith('[<')) return mouse(sequence);
    const key = Object.hasOwn(SEQUENCES, sequence) ? SEQUENCES[sequence] : undefined;
    return key === undefined ? undefined : { type: 'key', key };
  }
}

function finalByte(text: string): number {
  for (let i = 1; i < text.length; i++) if (text[i]! >= '@' && text[i]! <= '~') return i;
  return -1;
}

/** SGR reports: `[<BUTTON;X;YM`, `m` when a button is released. */
function mouse(sequence: string): Input | undefined {
  const [button, x, y] = sequence.slice(2, -1).split(';').map(Number);
  const place = { x: (x ?? 1) - 1, y: (y ?? 1) - 1 };
  if (button === 64) return { type: 'mouse', action: 'up', ...place };
  if (button === 65) return { type: 'mouse', action: 'down', ...place };
  if (button === 0 && sequence.endsWith('M')) return { type: 'mouse', action: 'click', ...place };
  return undefined;
}

function keyOf(character: string): string {
  if (Object.hasOwn(NAMED, character)) return NAMED[character]!;
  const code = character.charCodeAt(0);
  return code < 0x20 ? `ctrl-${String.fromCharCode(code + 0x60)}` : character;
}
