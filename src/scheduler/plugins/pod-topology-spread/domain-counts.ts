// How many matching pods each domain of a topology key has, and the smallest of these numbers, which every Filter call asks for.

export class DomainCounts {
  readonly #counts: Map<string, number>;
  /** Worked out again after a change; undefined until then. */
  #smallest: number | undefined;

  constructor(counts: ReadonlyMap<string, number> = new Map()) {
    this.#counts = new Map(counts);
  }

  /** With `by` 0 it makes the domain known: an empty domain counts too. */
  add(domain: string, by: number): void {
    this.#counts.set(domain, this.get(domain) + by);
    this.#smallest = undefined;
  }

  get(domain: string): number {
    return this.#counts.get(domain) ?? 0;
  }

  /** The global minimum: 0 while there are fewer than `minDomains` domains. */
  smallest(minDomains: number): number {
    if (this.#counts.size < minDomains) return 0;
    this.#smallest ??= this.#counts.values().reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    return this.#smallest;
  }

  clone(): DomainCounts {
    return new DomainCounts(this.#counts);
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}
