// A range of which pieces are taken and given back: cluster IPs, node ports.

/** Why a piece cannot be had, in upstream's words. */
export class TakenError extends Error {}

export interface PoolOptions<T> {
  /** The words for a piece outside the range. */
  readonly outside: (piece: T) => string | undefined;
  readonly taken: (piece: T) => string;
  /** Pieces to try, best first; undefined when there are no more. */
  readonly candidates: () => Iterable<T>;
}

export class AddressPool<T> {
  readonly #options: PoolOptions<T>;
  readonly #taken = new Set<T>();

  constructor(options: PoolOptions<T>) {
    this.#options = options;
  }

  isFree(piece: T): boolean {
    return !this.#taken.has(piece);
  }

  take(piece: T): T {
    const outside = this.#options.outside(piece);
    if (outside !== undefined) throw new TakenError(outside);
    if (this.#taken.has(piece)) throw new TakenError(this.#options.taken(piece));
    this.#taken.add(piece);
    return piece;
  }

  /** Takes any free piece. */
  draw(): T {
    for (const piece of this.#options.candidates()) if (!this.#taken.has(piece)) return this.take(piece);
    throw new TakenError('range is full');
  }

  release(piece: T): void {
    this.#taken.delete(piece);
  }

  /** Notes what is in use already, in the range or not. */
  note(piece: T): void {
    this.#taken.add(piece);
  }
}
