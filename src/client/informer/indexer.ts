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
}

interface Index<T> {
  readonly of: IndexFunction<T>;
  readonly keys: Map<string, Set<string>>;
}

const NONE: ReadonlySet<string> = new Set();

export class Indexer<T extends KubeObject> implements Lister<T> {
  readonly #objects = new Map<string, Readonly<T>>();
  readonly #indices = new Map<string, Index<T>>();

  get size(): number {
    return this.#objects.size;
  }

  /** Adds an index; does nothing when there is one of that name. */
  addIndex(name: string, of: IndexFunction<T>): void {
    if (this.#indices.has(name)) return;
    const index: Index<T> = { of, keys: new Map() };
    this.#indices.set(name, index);
    for (const [key, object] of this.#objects) enter(index, key, object);
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
    const index = this.#indices.get(name);
    if (!index) throw new Error(`no index named ${name}`);
    const out: Readonly<T>[] = [];
    for (const key of index.keys.get(value) ?? NONE) out.push(this.#objects.get(key)!);
    return out;
  }

  /** Adds or replaces an object; returns the one it replaced. */
  put(object: Readonly<T>): Readonly<T> | undefined {
    const key = keyOf(object);
    const old = this.#objects.get(key);
    for (const index of this.#indices.values()) {
      if (old) leave(index, key, old);
      enter(index, key, object);
    }
    this.#objects.set(key, object);
    return old;
  }

  remove(key: string): Readonly<T> | undefined {
    const old = this.#objects.get(key);
    if (!old) return undefined;
    for (const index of this.#indices.values()) leave(index, key, old);
    this.#objects.delete(key);
    return old;
  }
}

function enter<T>(index: Index<T>, key: string, object: Readonly<T>): void {
  for (const value of index.of(object)) {
    let keys = index.keys.get(value);
    if (!keys) {
      keys = new Set();
      index.keys.set(value, keys);
    }
    keys.add(key);
  }
}

function leave<T>(index: Index<T>, key: string, object: Readonly<T>): void {
  for (const value of index.of(object)) {
    const keys = index.keys.get(value);
    keys?.delete(key);
    if (keys?.size === 0) index.keys.delete(value);
  }
}
