// One stored object as the read path sees it: its bytes, and the few values that selectors and authorizers ask for.
// The bytes are what clients get; the parsed form is made at most once, frozen, and shared by everybody in the process.
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { Store } from '../../store/store.ts';

export type Labels = Readonly<Record<string, string>>;
/** Values of the kind's own selectable fields (metadata.* stand apart). */
export type Fields = Readonly<Record<string, string>>;

const NONE: Readonly<Record<string, string>> = Object.freeze({});

/** Whoever knows the items of one kind: what broadcaster and changes need of the cache. */
export interface ItemSource {
  readonly store: Store;
  /** How the keys of the kind begin. */
  readonly prefix: string;
  itemOf(entry: { readonly value: Buffer }): Item;
}

export class Item {
  readonly bytes: Buffer;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly fields: Fields;
  #object: KubeObject | undefined;

  constructor(bytes: Buffer, object: KubeObject, fields: Fields) {
    this.bytes = bytes;
    this.namespace = object.metadata.namespace ?? '';
    this.name = object.metadata.name ?? '';
    this.labels = object.metadata.labels ?? NONE;
    this.fields = fields;
  }

  /** The parsed object, deeply frozen. */
  get object(): KubeObject {
    this.#object ??= freeze(JSON.parse(this.bytes.toString()) as KubeObject);
    return this.#object;
  }

  /** Lets go of the parsed object: the store keeps old versions for a while, and nobody asks for them any more. */
  forget(): void {
    this.#object = undefined;
  }
}

/** Deeply. Going through the values rather than the keys costs a fifth. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) if (typeof part === 'object') freeze(part);
  return Object.freeze(value);
}
