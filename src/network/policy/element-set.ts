// The elements of one nftables set or map, with what has changed since it was last written, so that a change costs what changed.
// Called by live-sets.ts and model.ts; read by transaction.ts.

export interface Declaration {
  readonly name: string;
  readonly kind: 'set' | 'map';
  /** The type and the flags, as nft writes them. */
  readonly type: string;
}

export interface ElementChanges {
  /** Keys to delete: also of those that get another value. */
  readonly gone: readonly string[];
  readonly added: readonly string[];
}

export class ElementSet {
  readonly declaration: Declaration;
  /** Key → value, '' in a set. */
  readonly #elements = new Map<string, string>();
  /** How many pods stand for the key: two may show one address for a moment. */
  readonly #counts = new Map<string, number>();
  /** Key → its value when the set was last written. */
  readonly #before = new Map<string, string | undefined>();

  constructor(declaration: Declaration, elements: readonly string[] = []) {
    this.declaration = declaration;
    for (const element of elements) this.add(element);
  }

  get size(): number {
    return this.#elements.size;
  }

  add(key: string): void {
    const count = this.#counts.get(key) ?? 0;
    this.#counts.set(key, count + 1);
    if (count === 0) this.set(key, '');
  }

  remove(key: string): void {
    const count = this.#counts.get(key) ?? 0;
    if (count > 1) return void this.#counts.set(key, count - 1);
    this.#counts.delete(key);
    this.set(key, undefined);
  }

  /** Of a map: undefined deletes the key. */
  set(key: string, value: string | undefined): void {
    const old = this.#elements.get(key);
    if (old === value) return;
    if (!this.#before.has(key)) this.#before.set(key, old);
    if (value === undefined) this.#elements.delete(key);
    else this.#elements.set(key, value);
  }

  /** All elements; from now on they count as written. */
  takeAll(): string[] {
    this.#before.clear();
    return [...this.#elements].map(([key, value]) => text(key, value));
  }

  /** What has changed; from now on it counts as written. */
  takeChanges(): ElementChanges {
    const gone: string[] = [];
    const added: string[] = [];
    for (const [key, old] of this.#before) {
      const value = this.#elements.get(key);
      if (value === old) continue;
      if (old !== undefined) gone.push(key);
      if (value !== undefined) added.push(text(key, value));
    }
    this.#before.clear();
    return { gone, added };
  }
}

const text = (key: string, value: string) => (value ? `${key} : ${value}` : key);
