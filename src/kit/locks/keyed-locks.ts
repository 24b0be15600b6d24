// Work on the same keys runs one after the other, other work side by side. All keys of a piece of work are taken at once, so two pieces
// never wait for each other.
export class KeyedLocks {
  readonly #last = new Map<string, Promise<unknown>>();

  async run<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = keys.map((key) => this.#last.get(key));
    const done = Promise.all(before).then(work);
    const settled = done.then(
      () => {},
      () => {},
    );
    for (const key of keys) this.#last.set(key, settled);
    try {
      return await done;
    } finally {
      for (const key of keys) if (this.#last.get(key) === settled) this.#last.delete(key);
    }
  }
}
