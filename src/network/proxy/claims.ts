// The elements of a table's maps and sets with who wants them, and what has changed since they were last written. Of several who want
// one key the first by name has it until it gives it up. Called by table-model.ts.

export type Element = readonly [key: string, value: string];

export interface ElementChanges {
  /** Keys to delete: also of those that get another value. */
  readonly gone: readonly string[];
  readonly added: readonly Element[];
}

interface Claim {
  owner: string;
  value: string;
}

export class Claims {
  readonly #claims = new Map<string, Claim>();
  /** Those who want a key that another one has. */
  readonly #rivals = new Map<string, Map<string, string>>();
  /** Key → its value when it was last written. */
  readonly #before = new Map<string, string | undefined>();

  get size(): number {
    return this.#claims.size;
  }

  claim(owner: string, key: string, value: string): void {
    const claim = this.#claims.get(key);
    if (!claim) {
      this.#note(key, undefined);
      this.#claims.set(key, { owner, value });
    } else if (claim.owner === owner) this.#give(key, claim, owner, value);
    else if (owner < claim.owner) {
      this.#rivalsOf(key).set(claim.owner, claim.value);
      this.#rivals.get(key)?.delete(owner);
      this.#give(key, claim, owner, value);
    } else this.#rivalsOf(key).set(owner, value);
  }

  release(owner: string, key: string): void {
    const claim = this.#claims.get(key);
    const rivals = this.#rivals.get(key);
    if (claim?.owner !== owner) rivals?.delete(owner);
    else if (rivals && rivals.size > 0) {
      const next = [...rivals.keys()].reduce((a, b) => (a < b ? a : b));
      this.#give(key, claim, next, rivals.get(next)!);
      rivals.delete(next);
    } else {
      this.#note(key, claim.value);
      this.#claims.delete(key);
    }
    if (rivals?.size === 0) this.#rivals.delete(key);
  }

  /** All elements, which count as written once they are read; nothing may change while they are. */
  *takeAll(): Generator<Element> {
    this.#before.clear();
    for (const [key, { value }] of this.#claims) yield [key, value];
  }

  /** What has changed; from now on it counts as written. */
  takeChanges(): ElementChanges {
    const gone: string[] = [];
    const added: Element[] = [];
    for (const [key, old] of this.#before) {
      const value = this.#claims.get(key)?.value;
      if (value === old) continue;
      if (old !== undefined) gone.push(key);
      if (value !== undefined) added.push([key, value]);
    }
    this.#before.clear();
    return { gone, added };
  }

  #give(key: string, claim: Claim, owner: string, value: string): void {
    if (claim.value !== value) this.#note(key, claim.value);
    claim.owner = owner;
    claim.value = value;
  }

  #note(key: string, old: string | undefined): void {
    if (!this.#before.has(key)) this.#before.set(key, old);
  }

  #rivalsOf(key: string): Map<string, string> {
    const found = this.#rivals.get(key) ?? new Map<string, string>();
    this.#rivals.set(key, found);
    return found;
  }
}
