// Things that were made of objects and hold as long as nothing they depend on has changed, by the UIDs of the objects. One that is not
// asked for between two prunings is forgotten. With thousands of routes, a change of one Service's endpoints would otherwise take the
// event loop for a tenth of a second.
export class Memory<T> {
  #before = new Map<string, T>();
  #now = new Map<string, T>();

  /** What was made before if it holds, or else what is made now. */
  get(key: string, holds: (before: T) => boolean, make: (before: T | undefined) => T): T {
    const before = this.#now.get(key) ?? this.#before.get(key);
    const found = before !== undefined && holds(before) ? before : make(before);
    this.#now.set(key, found);
    return found;
  }

  prune(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }
}
