// The readable side of one resource: what the store holds under one prefix, with its index, and one broadcaster of changes.
// The store keeps the versions in memory; this adds no second copy, only an Item per buffer, made when the buffer is.
import type { AnyResource, KubeObject } from '../../api/meta/v1/resource.ts';
import { selectableFields } from '../../api/selectors/selectable-fields.ts';
import type { Entry, Store } from '../../store/store.ts';
import { Broadcaster } from './broadcaster.ts';
import { encoder } from './encoding.ts';
import { type Fields, Item } from './item.ts';

export class ResourceCache {
  readonly kind: AnyResource;
  readonly store: Store;
  readonly prefix: string;
  readonly broadcaster: Broadcaster;
  readonly #readers: [string, (object: unknown) => string][];
  readonly #items = new WeakMap<Buffer, Item>();
  /** What the last call for everything gave. */
  #lastItems: { prefix: string; revision: number; items: WeakRef<readonly Item[]> } | undefined;

  constructor(kind: AnyResource, store: Store, prefix: string, extraFields: readonly string[] = []) {
    this.kind = kind;
    this.store = store;
    this.prefix = prefix;
    this.#readers = Object.entries(selectableFields(kind, extraFields)).filter(
      ([name]) => !name.startsWith('metadata.'),
    );
    this.broadcaster = new Broadcaster(this);
  }

  keyOf(namespace: string, name: string): string {
    return this.kind.resource.namespaced ? `${this.prefix}${namespace}/${name}` : `${this.prefix}${name}`;
  }

  /** The item of a version; parses the bytes only if nobody has told about them yet. */
  itemOf(entry: { readonly value: Buffer }): Item {
    const known = this.#items.get(entry.value);
    return known ?? this.adopt(entry.value, JSON.parse(entry.value.toString()) as KubeObject);
  }

  /** A version as an object of its own that may be changed. */
  decode(entry: { readonly value: Buffer }): KubeObject {
    return JSON.parse(entry.value.toString()) as KubeObject;
  }

  /** What the store is to keep of `object` (in stored form), once it says at which revision. */
  encoder(object: KubeObject): (revision: number) => Buffer {
    const encode = encoder(object);
    return (revision) => {
      const bytes = encode(revision);
      this.adopt(bytes, object);
      return bytes;
    };
  }

  /** Remembers what stands in bytes that have just been made from `object`. */
  adopt(bytes: Buffer, object: KubeObject): Item {
    const item = new Item(bytes, object, this.#fieldsOf(object));
    this.#items.set(bytes, item);
    return item;
  }

  get(namespace: string, name: string): Item | undefined {
    const entry = this.store.get(this.keyOf(namespace, name));
    return entry && this.itemOf(entry);
  }

  entry(namespace: string, name: string): Entry | undefined {
    return this.store.get(this.keyOf(namespace, name));
  }

  /** Everything now, or everything in one namespace: the same array until something is written or memory is wanted. */
  items(namespace?: string): readonly Item[] {
    const { revision } = this.store;
    const prefix = namespace && this.kind.resource.namespaced ? `${this.prefix}${namespace}/` : this.prefix;
    const last = this.#lastItems;
    const known = last?.prefix === prefix && last.revision === revision ? last.items.deref() : undefined;
    if (known) return known;
    const items = this.store.range(prefix).entries.map((entry) => this.itemOf(entry));
    this.#lastItems = { prefix, revision, items: new WeakRef(items) };
    return items;
  }

  #fieldsOf(object: KubeObject): Fields {
    const fields: Record<string, string> = {};
    for (const [name, read] of this.#readers) fields[name] = read(object);
    return fields;
  }
}
