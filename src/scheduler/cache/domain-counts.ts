// How many pods count in each domain of a topology key, their sum, and the smallest number, which every Filter call asks for.
// A domain is known while it has nodes or pods; an empty one counts too.

export class DomainCounts {
  readonly #pods = new Map<string, number>();
  /** Nodes per domain. */
  readonly #nodes = new Map<string, number>();
  /** Number of pods → how many domains have it. There are few different numbers, however many domains there are. */
  readonly #domains = new Map<number, number>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  add(domain: string, by: number): void {
    const before = this.#pods.get(domain);
    const after = (before ?? 0) + by;
    this.#total += by;
    this.#set(domain, before, after === 0 && !this.#nodes.has(domain) ? undefined : after);
  }

  /** A node comes to the domain, without its pods. */
  addNode(domain: string): void {
    this.#nodes.set(domain, (this.#nodes.get(domain) ?? 0) + 1);
    if (!this.#pods.has(domain)) this.#set(domain, undefined, 0);
  }

  /** A node goes, after its pods have been taken off. */
  removeNode(domain: string): void {
    const left = (this.#nodes.get(domain) ?? 0) - 1;
    if (left > 0) this.#nodes.set(domain, left);
    else if (this.#nodes.delete(domain) && this.#pods.get(domain) === 0) this.#set(domain, 0, undefined);
  }

  get(domain: string): number {
    return this.#pods.get(domain) ?? 0;
  }

  entries(): Iterable<readonly [domain: string, pods: number]> {
    return this.#pods;
  }

  /** The global minimum: 0 while there are fewer than `minDomains` domains. */
  smallest(minDomains: number): number {
    if (this.#pods.size < minDomains) return 0;
    let smallest = Number.POSITIVE_INFINITY;
    for (const pods of this.#domains.keys()) if (pods < smallest) smallest = pods;
    return smallest;
  }

  clone(): DomainCounts {
    const copy = new DomainCounts();
    for (const [domain, pods] of this.#pods) copy.#pods.set(domain, pods);
    for (const [domain, nodes] of this.#nodes) copy.#nodes.set(domain, nodes);
    for (const [pods, domains] of this.#domains) copy.#domains.set(pods, domains);
    copy.#total = this.#total;
    return copy;
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries(this.#pods);
  }

  #set(domain: string, before: number | undefined, after: number | undefined): void {
    if (before !== undefined) this.#countDomain(before, -1);
    if (after === undefined) this.#pods.delete(domain);
    else {
      this.#pods.set(domain, after);
      this.#countDomain(after, 1);
    }
  }

  #countDomain(pods: number, by: 1 | -1): void {
    const domains = (this.#domains.get(pods) ?? 0) + by;
    if (domains === 0) this.#domains.delete(pods);
    else this.#domains.set(pods, domains);
  }
}
