// One version of an object for reads: its bytes, which are sent to clients, and its labels and selectable fields, which
// selectors and authorizers use. The parsed object is made on first use, deeply frozen, and shared by all callers in the
// process. Immutable, except that the parsed object may be dropped. Made by ResourceCache.
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { hasLongDigits, parseExactJson } from '../../kit/exact-json.ts';
import { parseForUse } from '../../kit/json/carried-digits.ts';
import type { Entry, Store } from '../../store/store.ts';
import { restamp } from './encoding.ts';

export type Labels = Readonly<Record<string, string>>;
/** Values of the kind's own selectable fields; metadata.name and metadata.namespace are properties of the item. */
export type Fields = Readonly<Record<string, string>>;

const NONE: Readonly<Record<string, string>> = Object.freeze({});

/** The part of ResourceCache that Broadcaster and Change use. */
export interface ItemSource {
  readonly store: Store;
  /** The prefix of the resource's keys in the store. */
  readonly prefix: string;
  /** As of ResourceCache. */
  readonly isRemote: boolean;
  ready(entries: readonly Entry[]): Promise<void> | undefined;
  itemOf(entry: Entry): Item;
  /** The groups of watchers (broadcaster.ts) that are told of any version of this object. */
  identityOf(key: string): { readonly namespace: string; readonly name: string };
}

type Named = { readonly metadata: Pick<KubeObject['metadata'], 'name' | 'namespace' | 'labels'> };

export class Item<T extends KubeObject = KubeObject> {
  readonly bytes: Buffer;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly fields: Fields;
  #object: T | undefined;
  /** The object has integers beyond 2^53. */
  #rounded = false;
  #mark: number | undefined;
  #message: WeakRef<Buffer> | undefined;

  constructor(bytes: Buffer, { metadata }: Named, fields: Fields) {
    this.bytes = bytes;
    this.namespace = metadata.namespace ?? '';
    this.name = metadata.name ?? '';
    this.labels = metadata.labels ?? NONE;
    this.fields = fields;
  }

  /** Integers beyond 2^53 are rounded, and carry their digits: what computes with objects needs numbers. */
  get object(): T {
    if (this.#object) return this.#object;
    const text = this.bytes.toString();
    this.#rounded = hasLongDigits(text);
    this.#object = freeze((this.#rounded ? parseForUse(text) : JSON.parse(text)) as T);
    return this.#object;
  }

  /** The parsed object, if it has been made and nothing in it is rounded. */
  get exact(): T | undefined {
    return this.#rounded ? undefined : this.#object;
  }

  /** A hash of namespace and name (FNV-1a), by which lists are divided (slabs.ts). */
  get mark(): number {
    this.#mark ??= hash(this.name, hash(this.namespace, 0x811c9dc5));
    return this.#mark;
  }

  /** Takes the object that the bytes were made of in place of parsing them, unless JSON would read it otherwise. It is frozen, as
   *  are the parts that it shares with others. */
  keep(object: T): void {
    if (freezePlain(object)) this.#object ??= object;
  }

  /** The object in protobuf, encoded by `encode` unless somebody still holds what was encoded before: watchers and lists at
   *  the same time share it, and nothing stays in memory after them. The object is not kept either. */
  message(encode: (object: T) => Buffer): Buffer {
    const known = this.#message?.deref();
    if (known) return known;
    const made = encode(parseExactJson(this.bytes.toString()) as T);
    this.#message = new WeakRef(made);
    return made;
  }

  /** Drops the parsed object of a replaced version, which the store keeps until compaction. A later use parses again. */
  forget(): void {
    this.#object = undefined;
  }

  /** The same object with another resourceVersion: a DELETED event carries the revision of the deletion. */
  at(revision: number): Item<T> {
    const { name, namespace, labels, exact } = this;
    const item = new Item<T>(
      restamp(this.bytes, revision),
      { metadata: { name, namespace, labels } },
      this.fields,
    );
    if (exact) item.keep(versioned(exact, revision));
    return item;
  }
}

/** A new version of an object, which shares all parts but metadata with it. */
export const versioned = <T extends KubeObject>(object: T, revision: number): T => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion: String(revision) },
});

function hash(text: string, start: number): number {
  let value = start;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

/** Freezes deeply; false if something in it is not as JSON.parse would read it. What is frozen already was read or kept before. */
function freezePlain(value: object): boolean {
  let plain = true;
  for (const part of Object.values(value)) {
    if (typeof part === 'object') {
      if (part !== null && !Object.isFrozen(part) && !freezePlain(part)) plain = false;
    } else if (part === undefined || typeof part === 'bigint') plain = false;
  }
  Object.freeze(value);
  return plain;
}

/** Freezes deeply. Iterating over values is a fifth faster than over keys. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) if (typeof part === 'object') freeze(part);
  return Object.freeze(value);
}
