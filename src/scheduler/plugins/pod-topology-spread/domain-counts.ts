// How many matching pods each domain of a topology key has, and the smallest of these numbers, which every Filter call asks for.

export class DomainCounts {
  readonly #counts = new Map<string, number>();
  /** Number of pods → how many domains have it. There are few different numbers, however many domains there are. */
  readonly #domains = new Map<number, number>();

  /** With `by` 0 it makes the domain known: an empty domain counts too. */
  add(domain: string, by: number): void {
    const before = this.#counts.get(domain);
    if (before !== undefined) this.#countDomain(before, -1);
    const after = (before ?? 0) + by;
    this.#counts.set(domain, after);
    this.#countDomain(after, 1);
  }

  get(domain: string): number {
    return this.#counts.get(domain) ?? 0;
  }

  /** The global minimum: 0 while there are fewer than `minDomains` domains. */
  smallest(minDomains: number): number {
    if (this.#counts.size < minDomains) return 0;
    let smallest = Number.POSITIVE_INFINITY;
    for (const pods of this.#domains.keys()) if (pods < smallest) smallest = pods;
    return smallest;
  }

  clone(): DomainCounts {
    const copy = new DomainCounts();
    for (const [domain, pods] of this.#counts) copy.#counts.set(domain, pods);
    for (const [pods, domains] of this.#domains) copy.#domains.set(pods, domains);
    return copy;
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  #countDomain(pods: number, by: 1 | -1): void {
    const domains = (this.#domains.get(pods) ?? 0) + by;
    if (domains === 0) this.#domains.delete(pods);
    else this.#domains.set(pods, domains);
  }
}
