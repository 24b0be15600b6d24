// A range of values, each allocated at most once: cluster IPs, node ports. Called by service.ts and service-pools.ts.
// Upstream: pkg/registry/core/service/{ipallocator,portallocator}.

/** Why a value cannot be allocated, in upstream's words. */
export class TakenError extends Error {}

export interface PoolOptions<T> {
  /** The message for a value outside the range; undefined if it is inside. */
  readonly outside: (piece: T) => string | undefined;
  readonly taken: (piece: T) => string;
  /** Values to try, in order. */
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

  /** Allocates the first free candidate. */
  draw(): T {
    for (const piece of this.#options.candidates()) if (!this.#taken.has(piece)) return this.take(piece);
    throw new TakenError('range is full');
  }

  release(piece: T): void {
    this.#taken.delete(piece);
  }

  /** Marks a value of a stored service as allocated, even if it is outside the range: the range may have been changed. */
  note(piece: T): void {
    this.#taken.add(piece);
  }
}
