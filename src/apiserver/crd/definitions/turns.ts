// Work of one key at a time, in the order of asking; work of different keys does not wait. Called by strategy.ts.

export class Turns {
  /** Resolves, and never rejects, when the last one that asked for the key has ended. */
  readonly #last = new Map<string, Promise<void>>();

  /** Resolves with what ends the turn, once those who asked before have ended theirs. */
  async take(key: string): Promise<() => void> {
    const before = this.#last.get(key);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last.set(key, promise);
    if (before) await before;
    return () => {
      if (this.#last.get(key) === promise) this.#last.delete(key);
      resolve();
    };
  }
}
