// A cache of objects in a version other than the stored one: read through `fromStored`, written through `toStored`.
// For events.k8s.io/v1, autoscaling/v1 and the non-storage versions of custom resources.
import type { AnyResource, KubeObject } from '../../api/meta/v1/resource.ts';
import type { Entry } from '../../store/store.ts';
import { encoder } from './encoding.ts';
import type { Item } from './item.ts';
import { type Encoded, ResourceCache } from './resource-cache.ts';

export interface Conversion<Stored extends KubeObject = KubeObject, Served extends KubeObject = KubeObject> {
  /** `stored` belongs to the callee, which may change it and return parts of it. */
  fromStored(stored: Stored): Served;
  /** Returns the object in the stored version. */
  toStored(object: Served): Stored;
}

export class ConvertedCache<T extends KubeObject = KubeObject> extends ResourceCache<T> {
  readonly #stored: ResourceCache;
  readonly #conversion: Conversion<KubeObject, T>;

  constructor(
    kind: AnyResource,
    stored: ResourceCache,
    conversion: Conversion<KubeObject, T>,
    extraFields?: readonly string[],
  ) {
    super(kind, stored.store, stored.prefix, extraFields);
    this.#stored = stored;
    this.#conversion = conversion;
  }

  /** The bytes are encoded again: they must have the converted form, with the resourceVersion of the entry. */
  protected override read(entry: Entry): Item<T> {
    const object = this.decode(entry);
    return this.make(encoder(object)(entry.revision), object);
  }

  override decode(entry: Entry): T {
    return this.#conversion.fromStored(this.#stored.decode(entry));
  }

  override shared(): undefined {
    return undefined;
  }

  /** As the stored version, but `item` returns the served one. */
  override encode(object: T): Encoded<T> {
    const stored = this.#stored.encode(this.#conversion.toStored(object));
    const shown = encoder(object);
    return { ...stored, object, item: (revision) => this.make(shown(revision), object) };
  }
}
