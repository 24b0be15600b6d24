// A store in which the objects of some resources are encrypted: ciphertext in the store below, in its memory and on disk,
// plain bytes above it. A version is decrypted once, when it is first read; versions written by this process never are.
// Made by encryption.ts.
import { messageOf } from '../../kit/message-of.ts';
import type { EtcdCodec } from '../../store/etcd/codec.ts';
import type { AlarmKind } from '../../store/failures.ts';
import type {
  Encode,
  Entry,
  Range,
  RangeOptions,
  Store,
  StoreEvent,
  Watch,
  WatchListener,
  WriteOptions,
} from '../../store/store.ts';
import { TransformError } from './transform-error.ts';
import type { Transformer } from './transformer.ts';

/** The codec of the store below, which cannot see into what is encrypted. */
export interface StoredLayout extends Pick<EtcdCodec, 'encode' | 'decode'> {
  /** The whole key in etcd, which the ciphertext is bound to. */
  keyOf(key: string): string;
}

export interface EncryptedStoreOptions {
  readonly store: Store;
  /** The transformer of a key, as it is configured now; undefined if its resource is not encrypted. */
  readonly transformerOf: (key: string) => Transformer | undefined;
  /** How plain bytes lie in etcd, which knows their revision only after the write; nothing without it. */
  readonly layout?: StoredLayout | undefined;
  readonly onTransformed: (direction: 'from_storage' | 'to_storage', key: string, failed: boolean) => void;
}

/** A version with plain bytes. */
class PlainEntry implements Entry {
  readonly key: string;
  readonly revision: number;
  readonly created: number;
  readonly #stored: Buffer;
  readonly #options: EncryptedStoreOptions;
  #plain: Buffer | undefined;

  constructor(entry: Entry, options: EncryptedStoreOptions, plain?: Buffer) {
    this.key = entry.key;
    this.revision = entry.revision;
    this.created = entry.created;
    this.#stored = entry.value;
    this.#options = options;
    this.#plain = plain;
  }

  get value(): Buffer {
    this.#plain ??= this.#open().plain;
    return this.#plain;
  }

  /** Whether an update must write the object again although it does not change; depends on the current configuration. */
  get stale(): boolean {
    return this.#open().stale;
  }

  #open() {
    const { transformerOf, onTransformed, layout } = this.#options;
    const { key, revision } = this;
    try {
      const opened = transformerOf(key)?.open(this.#stored, layout?.keyOf(key) ?? key);
      if (!opened) throw new Error('no matching prefix found');
      const plain = layout ? layout.decode(key, opened.plain, revision) : opened.plain;
      onTransformed('from_storage', key, false);
      return { plain, stale: opened.stale };
    } catch (error) {
      onTransformed('from_storage', this.key, true);
      throw new TransformError(this.key, messageOf(error), error);
    }
  }
}

export class EncryptedStore implements Store {
  readonly #options: EncryptedStoreOptions;
  readonly #store: Store;
  /** One for each version, as Store promises. */
  readonly #plain = new WeakMap<Entry, Entry>();

  constructor(options: EncryptedStoreOptions) {
    this.#options = options;
    this.#store = options.store;
  }

  get revision(): number {
    return this.#store.revision;
  }

  get compacted(): number {
    return this.#store.compacted;
  }

  get alarm(): AlarmKind | undefined {
    return this.#store.alarm;
  }

  get problem(): string | undefined {
    return this.#store.problem;
  }

  get compactsItself(): boolean {
    return this.#store.compactsItself ?? false;
  }

  barrier(): Promise<void> | undefined {
    return this.#store.barrier();
  }

  get(key: string, revision?: number): Entry | undefined {
    const entry = this.#store.get(key, revision);
    return entry && this.#plainOf(entry);
  }

  range(prefix: string, options?: RangeOptions): Range {
    const range = this.#store.range(prefix, options);
    return { ...range, entries: range.entries.map((entry) => this.#plainOf(entry)) };
  }

  count(prefix: string): number {
    return this.#store.count(prefix);
  }

  async create(key: string, encode: Encode, options?: WriteOptions): Promise<Entry> {
    const sealing = this.#sealing(key, encode, options);
    return this.#plainOf(await this.#store.create(key, sealing.encode, sealing.options));
  }

  async update(key: string, expected: number, encode: Encode, options?: WriteOptions): Promise<Entry> {
    const sealing = this.#sealing(key, encode, options);
    return this.#plainOf(await this.#store.update(key, expected, sealing.encode, sealing.options));
  }

  delete(key: string, expected: number): Promise<number> {
    return this.#store.delete(key, expected);
  }

  watch(prefix: string, from: number, listener: WatchListener): Watch {
    return this.#store.watch(prefix, from, {
      events: (events) => {
        const plain = events.map((event) => this.#plainEvent(event)).filter((event) => event !== undefined);
        if (plain.length > 0) listener.events(plain);
      },
      ...(listener.progress && { progress: (revision) => listener.progress!(revision) }),
    });
  }

  compact(revision: number): Promise<void> {
    return this.#store.compact(revision);
  }

  size(): Promise<number> {
    return this.#store.size();
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  #plainOf(entry: Entry): Entry {
    const known = this.#plain.get(entry);
    if (known) return known;
    if (!this.#options.transformerOf(entry.key)) return entry;
    const made = new PlainEntry(entry, this.#options);
    this.#plain.set(entry, made);
    return made;
  }

  /** Encrypts on the way down; the version keeps the plain bytes it was made of. */
  #sealing(key: string, encode: Encode, options: WriteOptions = {}) {
    const transformer = this.#options.transformerOf(key);
    if (!transformer) return { encode, options };
    let last: { readonly plain: Buffer; readonly revision: number } | undefined;
    const seal: Encode = (revision) => {
      const plain = encode(revision);
      last = { plain, revision };
      return this.#seal(transformer, plain, key);
    };
    const onEntry = (entry: Entry) => {
      const plain = last?.revision === entry.revision ? last.plain : undefined;
      const made = new PlainEntry(entry, this.#options, plain);
      this.#plain.set(entry, made);
      options.onEntry?.(made);
    };
    return { encode: seal, options: { ...options, onEntry } };
  }

  #seal(transformer: Transformer, plain: Buffer, key: string): Buffer {
    const { layout } = this.#options;
    let failed = true;
    try {
      const sealed = layout
        ? transformer.seal(layout.encode(key, plain), layout.keyOf(key))
        : transformer.seal(plain, key);
      failed = false;
      return sealed;
    } finally {
      this.#options.onTransformed('to_storage', key, failed);
    }
  }

  /** A version that cannot be decrypted counts as missing: the object then seems to be new to watchers, which is harmless. */
  #previousOf({ previous }: StoreEvent): Entry | undefined {
    try {
      return previous && readable(this.#plainOf(previous));
    } catch {
      return undefined;
    }
  }

  /** Undefined if one of the event's versions cannot be decrypted: watchers cannot be told about it. */
  #plainEvent(event: StoreEvent): StoreEvent | undefined {
    try {
      if (event.type === 'delete') return { ...event, previous: readable(this.#plainOf(event.previous)) };
      return { ...event, entry: readable(this.#plainOf(event.entry)), previous: this.#previousOf(event) };
    } catch (error) {
      if (error instanceof TransformError) return undefined;
      throw error;
    }
  }
}

function readable(entry: Entry): Entry {
  void entry.value;
  return entry;
}
