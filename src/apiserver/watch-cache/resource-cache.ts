// The read side of one resource: the items under one prefix of the store, and the broadcaster of their changes.
// The store keeps all versions in memory; this adds no copy of their bytes, only one Item per version, made when the version
// is written or first read. Items are keyed weakly by the store's Entry, which is the same object in every read of a version
// (store.ts). Called by StoredResource, authorizers and admission.
import type { AnyResource, KubeObject } from '../../api/meta/v1/resource.ts';
import { selectableFields } from '../../api/selectors/selectable-fields.ts';
import { parseExactJson } from '../../kit/exact-json.ts';
import type { Entry, Store } from '../../store/store.ts';
import type { Eventual } from '../registry/eventual.ts';
import { Broadcaster } from './broadcaster.ts';
import { type Encoder, encoder } from './encoding.ts';
import { type Fields, freeze, Item, versioned } from './item.ts';

/** An object encoded for the store. */
export interface Encoded<T extends KubeObject> {
  /** What was encoded: normalized, in the version that is served. */
  readonly object: T;
  /** The bytes to store at `revision`. */
  readonly bytes: Encoder;
  /** The item of a version that is returned but not stored: a dry run, or the last state of a deleted object. */
  readonly item: (revision: number) => Item<T>;
  /** Must be passed to the store with the write: it makes the item before a watch sees the version, which is never parsed. */
  readonly onEntry: (entry: Entry) => void;
}

export class ResourceCache<T extends KubeObject = KubeObject> {
  readonly kind: AnyResource;
  readonly store: Store;
  readonly prefix: string;
  readonly broadcaster: Broadcaster;
  readonly #readers: [string, (object: unknown) => string][];
  /** Fields whose bytes clients compare. */
  readonly #raw: readonly string[];
  readonly #items = new WeakMap<Entry, Item<T>>();
  /** The last result of items(). */
  #lastItems: { prefix: string; revision: number; items: WeakRef<readonly Item<T>[]> } | undefined;

  constructor(kind: AnyResource, store: Store, prefix: string, extraFields: readonly string[] = []) {
    this.kind = kind;
    this.store = store;
    this.prefix = prefix;
    this.#readers = Object.entries(selectableFields(kind, extraFields)).filter(
      ([name]) => !name.startsWith('metadata.'),
    );
    this.#raw = Object.keys(kind.fields).filter((name) => kind.fields[name]!.type.is === 'raw');
    this.broadcaster = new Broadcaster(this);
  }

  keyOf(namespace: string, name: string): string {
    return this.kind.resource.namespaced ? `${this.prefix}${namespace}/${name}` : `${this.prefix}${name}`;
  }

  /** The object of a key. */
  identityOf(key: string): { readonly namespace: string; readonly name: string } {
    const [first = '', second] = key.slice(this.prefix.length).split('/');
    return second === undefined ? { namespace: '', name: first } : { namespace: first, name: second };
  }

  /** True if items may have to be made by a webhook: then ready() must have resolved for an entry before itemOf(), decode() and
   *  what else reads it. */
  get isRemote(): boolean {
    return false;
  }

  /** Makes the items of these versions; undefined if it has nothing to wait for. */
  ready(_entries: readonly Entry[]): Promise<void> | undefined {
    return undefined;
  }

  /** The item of a version, once it can be made. */
  itemWhenReady(entry: Entry): Eventual<Item<T>> {
    const waiting = this.ready([entry]);
    return waiting ? waiting.then(() => this.itemOf(entry)) : this.itemOf(entry);
  }

  /** The item of a version; parses the bytes on the first call for it, if this server did not write it. */
  itemOf(entry: Entry): Item<T> {
    const known = this.#items.get(entry);
    return known ?? this.remember(entry, this.read(entry));
  }

  protected isKnown(entry: Entry): boolean {
    return this.#items.has(entry);
  }

  protected remember(entry: Entry, item: Item<T>): Item<T> {
    this.#items.set(entry, item);
    return item;
  }

  /** Makes the item of a version. */
  protected read(entry: Entry): Item<T> {
    return this.make(entry.value, this.decode(entry));
  }

  /** A new copy of a version's object, which the caller may change. An int64 beyond 2^53 is a bigint. */
  decode(entry: Entry): T {
    return parseExactJson(entry.value.toString()) as T;
  }

  /** A version's object to read, frozen and in the form of its kind, with exact integers: the one that others in this process read,
   *  if there is one. Undefined where objects are stored in another form than they have here. */
  shared(entry: Entry): T | undefined {
    return this.#items.get(entry)?.exact ?? freeze(this.decode(entry));
  }

  /** `object` must be normalized. */
  encode(object: T): Encoded<T> {
    const bytes = encoder(object, this.#raw);
    return {
      object,
      bytes,
      item: (revision) => this.make(bytes(revision), object),
      onEntry: (entry) => {
        const item = this.remember(entry, this.make(entry.value, object));
        if (this.broadcaster.feedsObjects) item.keep(versioned(object, entry.revision));
      },
    };
  }

  /** encode(), after the conversion to the stored version. */
  encodeStored(object: T): Eventual<Encoded<T>> {
    return this.encode(object);
  }

  /** An item for bytes whose parsed content is `object`; only metadata and selectable fields of it are used. */
  make(bytes: Buffer, object: KubeObject): Item<T> {
    return new Item<T>(bytes, object, this.#fieldsOf(object));
  }

  get(namespace: string, name: string): Item<T> | undefined {
    const entry = this.store.get(this.keyOf(namespace, name));
    return entry && this.itemOf(entry);
  }

  entry(namespace: string, name: string): Entry | undefined {
    return this.store.get(this.keyOf(namespace, name));
  }

  /** The number of objects, or of those of one namespace. */
  count(namespace?: string): number {
    return this.store.count(this.#prefixOf(namespace));
  }

  #prefixOf(namespace: string | undefined): string {
    return namespace && this.kind.resource.namespaced ? `${this.prefix}${namespace}/` : this.prefix;
  }

  /** All objects, or those of one namespace, as they are stored. */
  entries(namespace?: string): readonly Entry[] {
    return this.store.range(this.#prefixOf(namespace)).entries;
  }

  /** All items, or those of one namespace. Repeated calls return the same array until the next write to the store (unless it
   *  was garbage collected): list bodies are cached by it. */
  items(namespace?: string): readonly Item<T>[] {
    const { revision } = this.store;
    const prefix = this.#prefixOf(namespace);
    const last = this.#lastItems;
    const known = last?.prefix === prefix && last.revision === revision ? last.items.deref() : undefined;
    if (known) return known;
    const items = this.entries(namespace).map((entry) => this.itemOf(entry));
    this.#lastItems = { prefix, revision, items: new WeakRef(items) };
    return items;
  }

  #fieldsOf(object: KubeObject): Fields {
    const fields: Record<string, string> = {};
    for (const [name, read] of this.#readers) fields[name] = read(object);
    return fields;
  }
}
