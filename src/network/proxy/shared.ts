// Named things that several Services need, such as chains: each is there as long as somebody uses it. Called by table-model.ts.

interface Use<T> {
  value: T;
  count: number;
}

export class Shared<T> {
  readonly #uses = new Map<string, Use<T>>();
  /** Name → what it was when it was last written. */
  readonly #before = new Map<string, T | undefined>();
  readonly #same: (a: T, b: T) => boolean;

  constructor(same: (a: T, b: T) => boolean) {
    this.#same = same;
  }

  /** Whoever uses it last says what it is. */
  use(name: string, value: T): void {
    const use = this.#uses.get(name);
    if (use && this.#same(use.value, value)) return void use.count++;
    this.#note(name, use?.value);
    this.#uses.set(name, { value, count: (use?.count ?? 0) + 1 });
  }

  drop(name: string): void {
    const use = this.#uses.get(name);
    if (!use) return;
    use.count--;
    if (use.count > 0) return;
    this.#note(name, use.value);
    this.#uses.delete(name);
  }

  takeAll(): { set: Map<string, T>; gone: string[] } {
    this.#before.clear();
    return { set: new Map([...this.#uses].map(([name, { value }]) => [name, value])), gone: [] };
  }

  takeChanges(): { set: Map<string, T>; gone: string[] } {
    const set = new Map<string, T>();
    const gone: string[] = [];
    for (const [name, old] of this.#before) {
      const use = this.#uses.get(name);
      if (!use && old !== undefined) gone.push(name);
      else if (use && (old === undefined || !this.#same(old, use.value))) set.set(name, use.value);
    }
    this.#before.clear();
    return { set, gone };
  }

  #note(name: string, old: T | undefined): void {
    if (!this.#before.has(name)) this.#before.set(name, old);
  }
}
