// The cache of one informer: objects by key and by named indices, which are updated with every change.
// Objects are shared by the whole process: copy before changing.
import { keyOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';

/** The values under which an index files an object. */
export type IndexFunction<T> = (object: Readonly<T>) => readonly string[];

/** Read access to a cache. */
export interface Lister<T> {
  readonly size: number;
  /** By name, or by namespace and name. */
  get(name: string, namespace?: string): Readonly<T> | undefined;
  byKey(key: string): Readonly<T> | undefined;
  list(): Readonly<T>[];
  keys(): string[];
  byIndex(index: string, value: string): Readonly<T>[];
  /** How many objects byIndex() would return. */
  countByIndex(index: string, value: string): number;
}

/** Objects by key. */
type Filed<T> = Map<string, Readonly<T>>;

interface Index<T> {
  readonly of: IndexFunction<T>;
  readonly values: Map<string, Filed<T>>;
}

export class Indexer<T extends KubeObject> implements Lister<T> {
  readonly #objects = new Map<string, Readonly<T>>();
  readonly #indices = new Map<string, Index<T>>();

  get size(): number {
    return this.#objects.size;
  }

  /** Adds an index; does nothing when there is one of that name. */
  addIndex(name: string, of: IndexFunction<T>): void {
    if (this.#indices.has(name)) return;
    const index: Index<T> = { of, values: new Map() };
    this.#indices.set(name, index);
    for (const [key, object] of this.#objects) file(index, key, object);
  }

  get(name: string, namespace?: string): Readonly<T> | undefined {
    return this.#objects.get(namespace ? `${namespace}/${name}` : name);
  }

  byKey(key: string): Readonly<T> | undefined {
    return this.#objects.get(key);
  }

  list(): Readonly<T>[] {
    return [...this.#objects.values()];
  }

  keys(): string[] {
    return [...this.#objects.keys()];
  }

  byIndex(name: string, value: string): Readonly<T>[] {
    const filed = this.#filed(name, value);
    return filed ? [...filed.values()] : [];
  }

  countByIndex(name: string, value: string): number {
    return this.#filed(name, value)?.size ?? 0;
  }

  /** Adds or replaces an object; returns the one it replaced. */
  put(object: Readonly<T>): Readonly<T> | undefined {
    const key = keyOf(object);
    const old = this.#objects.get(key);
    for (const index of this.#indices.values()) file(index, key, object, old);
    this.#objects.set(key, object);
    return old;
  }

  remove(key: string): Readonly<T> | undefined {
    const old = this.#objects.get(key);
    if (!old) return undefined;
    for (const index of this.#indices.values()) for (const value of index.of(old)) leave(index, key, value);
    this.#objects.delete(key);
    return old;
  }

  #filed(name: string, value: string): Filed<T> | undefined {
    const index = this.#indices.get(name);
    if (!index) throw new Error(`no index named ${name}`);
    return index.values.get(value);
  }
}

/** Files an object in the place of the one it replaces. */
function file<T>(index: Index<T>, key: string, object: Readonly<T>, old?: Readonly<T>): void {
  const values = index.of(object);
  for (const value of old ? index.of(old) : []) if (!values.includes(value)) leave(index, key, value);
  for (const value of values) {
    let filed = index.values.get(value);
    if (!filed) {
      filed = new Map();
      index.values.set(value, filed);
    }
    filed.set(key, object);
  }
}

function leave<T>(index: Index<T>, key: string, value: string): void {
  const filed = index.values.get(value);
  filed?.delete(key);
  if (filed?.size === 0) index.values.delete(value);
}
