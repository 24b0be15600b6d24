// The body of a list: the stored bytes of its items, copied into slabs while it is sent. Copying into slabs costs a third of
// Buffer.concat, and the body of a slow client is not built before it can be sent. Concurrent readers of the same list share
// slabs; the references are weak, so slabs are freed after the last reader. Called by answers.ts.
import type { Chunks } from '../../request.ts';

const SLAB = 256 * 1024;
const COMMA = 0x2c;
const END = Buffer.from(']}');

type Piece = { readonly bytes: Buffer };

/** The items from `first` up to, but not including, `last`. Each item except the first of the list follows a comma. */
interface Slab {
  readonly first: number;
  readonly last: number;
  readonly size: number;
  made: WeakRef<Buffer> | undefined;
}

export class ListBody implements Chunks {
  readonly length: number;
  readonly head: string;
  readonly #head: Buffer;
  readonly #items: readonly Piece[];
  readonly #slabs: readonly Slab[];

  /** `head` is the JSON of the list without its items. */
  constructor(head: string, items: readonly Piece[]) {
    this.head = head;
    this.#head = Buffer.from(`${head.slice(0, -1)},"items":[`);
    this.#items = items;
    this.#slabs = divide(items);
    this.length = this.#slabs.reduce((sum, { size }) => sum + size, this.#head.length + END.length);
  }

  *[Symbol.iterator](): Generator<Buffer> {
    yield this.#head;
    for (const slab of this.#slabs) yield slab.made?.deref() ?? this.#make(slab);
    yield END;
  }

  #make(slab: Slab): Buffer {
    const bytes = Buffer.allocUnsafeSlow(slab.size);
    let at = 0;
    for (let i = slab.first; i < slab.last; i++) {
      const piece = this.#items[i]!.bytes;
      if (i > 0) bytes[at++] = COMMA;
      bytes.set(piece, at);
      at += piece.length;
    }
    slab.made = new WeakRef(bytes);
    return bytes;
  }
}

function divide(items: readonly Piece[]): Slab[] {
  const slabs: Slab[] = [];
  for (let first = 0, last = 0; first < items.length; first = last) {
    let size = 0;
    for (; last < items.length && (last === first || size < SLAB); last++)
      size += items[last]!.bytes.length + (last > 0 ? 1 : 0);
    slabs.push({ first, last, size, made: undefined });
  }
  return slabs;
}
