// What the API shows of one kind, and over it what this scheduler has decided and not yet written: an assumed object counts until the
// API shows another state of it. Upstream: passive_assume_cache.go of volumebinding.
import { keyOf } from '../../../api/meta/v1/object.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import type { Informer } from '../../../client/informer/informer.ts';

/** What a cache of the API's objects must offer: an informer does. */
export type Cached<T extends KubeObject> = Pick<Informer<T>, 'lister' | 'addIndex' | 'addHandler'>;

export class AssumeCache<T extends KubeObject> {
  readonly #cache: Cached<T>;
  readonly #plural: string;
  readonly #assumed = new Map<string, Readonly<T>>();
  readonly #waiting = new Set<() => void>();

  constructor(cache: Cached<T>, plural: string) {
    this.#cache = cache;
    this.#plural = plural;
    const changed = (object: Readonly<T>) => {
      this.#expire(keyOf(object));
      for (const call of [...this.#waiting]) call();
    };
    cache.addHandler({ onAdd: changed, onUpdate: changed, onDelete: changed });
  }

  get(key: string): Readonly<T> | undefined {
    const stored = this.#cache.lister.byKey(key);
    return stored && this.#current(key, stored);
  }

  /** As the API shows it. */
  stored(key: string): Readonly<T> | undefined {
    return this.#cache.lister.byKey(key);
  }

  /** Filed under what the API shows, but as assumed. */
  byIndex(index: string, value: string): readonly Readonly<T>[] {
    const stored = this.#cache.lister.byIndex(index, value);
    return this.#assumed.size === 0 ? stored : stored.map((object) => this.#current(keyOf(object), object));
  }

  /** Throws if the API shows another state than the one that `object` was made from. */
  assume(object: Readonly<T>): void {
    const key = keyOf(object);
    const stored = this.#cache.lister.byKey(key);
    if (!stored) throw new Error(`${this.#plural} ${JSON.stringify(key)} not found`);
    const [known, own] = [versionOf(stored), versionOf(object)];
    if (known !== own) throw new Error(`"${key}" is out of sync (stored: ${known}, assume: ${own})`);
    this.#assumed.set(key, object);
  }

  /** Takes the assumption back, if it is still this one. */
  restore(object: Readonly<T>): void {
    const assumed = this.#assumed.get(keyOf(object));
    if (assumed && versionOf(assumed) === versionOf(object)) this.#assumed.delete(keyOf(object));
  }

  /** Calls `onChange` whenever the API shows something new; returns how to end it. */
  onChange(onChange: () => void): () => void {
    this.#waiting.add(onChange);
    return () => void this.#waiting.delete(onChange);
  }

  #current(key: string, stored: Readonly<T>): Readonly<T> {
    const assumed = this.#assumed.get(key);
    return assumed && versionOf(assumed) === versionOf(stored) ? assumed : stored;
  }

  #expire(key: string): void {
    const assumed = this.#assumed.get(key);
    if (!assumed) return;
    const stored = this.#cache.lister.byKey(key);
    if (!stored || versionOf(stored) !== versionOf(assumed)) this.#assumed.delete(key);
  }
}

const versionOf = ({ metadata }: Readonly<KubeObject>): string => metadata.resourceVersion ?? '';
