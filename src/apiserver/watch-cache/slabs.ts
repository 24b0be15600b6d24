// Stored bytes of many objects, copied into large buffers while they are sent: cheaper than a write for each object, and nothing
// is built that a slow client does not take yet. Concurrent readers share slabs, also readers of different states: where a slab
// ends depends on the objects in it, so a write changes one slab of a list and leaves the others as they are, and watchers that have
// fallen behind by different numbers of events come to share slabs again. References to the bytes are weak: they are freed after the
// last reader. Called by list-body.ts for lists and by http/flow.ts for the events of watches.

export interface Piece {
  readonly bytes: Buffer;
  /** A number that depends on the identity of the object only, about equally distributed. */
  readonly mark: number;
}

/** The pieces from `first` up to, but not including, `last`. */
export interface Slab {
  readonly first: number;
  readonly last: number;
  readonly size: number;
}

/** One in so many objects is marked. */
const ENDS = 8;

/** A way to write objects one after the other. */
export class SlabForm {
  /** Written before and after each piece. */
  readonly before: Buffer;
  readonly after: Buffer;
  /** A slab of so many bytes ends with the next object that is marked for it, or when it is twice as large. */
  readonly size: number;
  /** Left out where a piece has it after its first byte. */
  readonly #leftOut: Buffer;
  /** The newest slab that begins with a piece. */
  readonly #made = new WeakMap<Piece, WeakRef<Buffer>>();
  readonly #contents = new WeakMap<Buffer, readonly Piece[]>();

  constructor(before: string, after: string, size: number, leftOut = '') {
    this.before = Buffer.from(before);
    this.after = Buffer.from(after);
    this.size = size;
    this.#leftOut = Buffer.from(leftOut);
  }

  /** How many bytes a piece takes. */
  sizeOf({ bytes }: Piece): number {
    return this.before.length + bytes.length - this.#leftOutOf(bytes) + this.after.length;
  }

  /** Writes a piece, and gives the offset after it. */
  #write({ bytes }: Piece, into: Buffer, offset: number): number {
    let at = offset;
    const add = (part: Buffer) => {
      into.set(part, at);
      at += part.length;
    };
    add(this.before);
    const leftOut = this.#leftOutOf(bytes);
    if (leftOut > 0) add(bytes.subarray(0, 1));
    add(leftOut > 0 ? bytes.subarray(1 + leftOut) : bytes);
    add(this.after);
    return at;
  }

  #leftOutOf(bytes: Buffer): number {
    const { length } = this.#leftOut;
    if (length === 0) return 0;
    const isThere = bytes.length > length && bytes.compare(this.#leftOut, 0, length, 1, 1 + length) === 0;
    return isThere ? length : 0;
  }

  /** The slab that begins with the piece at `first`. */
  slabAt(pieces: readonly Piece[], first: number): Slab {
    let size = 0;
    let last = first;
    for (let ends = false; last < pieces.length && !ends; last++) {
      const piece = pieces[last]!;
      size += this.sizeOf(piece);
      ends = size >= 2 * this.size || (size >= this.size && piece.mark % ENDS === 0);
    }
    return { first, last, size };
  }

  /** The bytes of a slab, made unless they are still in memory. */
  bytesOf(pieces: readonly Piece[], slab: Slab): Buffer {
    return this.#find(pieces, slab) ?? this.#make(pieces, slab);
  }

  #find(pieces: readonly Piece[], { first, last }: Slab): Buffer | undefined {
    const bytes = this.#made.get(pieces[first]!)?.deref();
    const contents = bytes && this.#contents.get(bytes);
    if (contents?.length !== last - first) return undefined;
    for (let i = first; i < last; i++) if (contents[i - first] !== pieces[i]) return undefined;
    return bytes;
  }

  #make(pieces: readonly Piece[], { first, last, size }: Slab): Buffer {
    const bytes = Buffer.allocUnsafeSlow(size);
    let at = 0;
    for (let i = first; i < last; i++) at = this.#write(pieces[i]!, bytes, at);
    this.#made.set(pieces[first]!, new WeakRef(bytes));
    this.#contents.set(bytes, pieces.slice(first, last));
    return bytes;
  }
}

export class Slabs implements Iterable<Buffer> {
  /** The sum of all bytes. */
  readonly length: number;
  readonly #pieces: readonly Piece[];
  readonly #form: SlabForm;
  readonly #slabs: readonly Slab[];

  constructor(pieces: readonly Piece[], form: SlabForm) {
    this.#pieces = pieces;
    this.#form = form;
    this.#slabs = divide(pieces, form);
    this.length = this.#slabs.reduce((sum, { size }) => sum + size, 0);
  }

  *[Symbol.iterator](): Generator<Buffer> {
    for (const slab of this.#slabs) yield this.#form.bytesOf(this.#pieces, slab);
  }
}

function divide(pieces: readonly Piece[], form: SlabForm): Slab[] {
  const slabs: Slab[] = [];
  for (let first = 0; first < pieces.length; first = slabs.at(-1)!.last)
    slabs.push(form.slabAt(pieces, first));
  return slabs;
}
