// How many keys there are below the prefixes that are asked for again and again: every write asks whether there are webhooks and
// policies. Called by MvccState.

/** Clients decide on some of the prefixes, by the namespaces that they name. */
const MOST_PREFIXES = 64;

export class KeyCounts {
  readonly #counts = new Map<string, number>();

  of(prefix: string, count: () => number): number {
    const known = this.#counts.get(prefix);
    if (known !== undefined) return known;
    if (this.#counts.size >= MOST_PREFIXES) this.#counts.clear();
    const counted = count();
    this.#counts.set(prefix, counted);
    return counted;
  }

  /** A key has come (1) or gone (-1). */
  changed(key: string, by: 1 | -1): void {
    for (const [prefix, count] of this.#counts)
      if (key.startsWith(prefix)) this.#counts.set(prefix, count + by);
  }

  forget(): void {
    this.#counts.clear();
  }
}
