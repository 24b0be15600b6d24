// The same stored objects in another version: read through `out`, written through `back`. For kinds that are served in a
// version other than the one they are kept in (events.k8s.io, autoscaling/v1, versions of custom kinds).
import { type AnyResource, apiVersionOf, type KubeObject } from '../../api/meta/v1/resource.ts';
import { encoder } from './encoding.ts';
import type { Item } from './item.ts';
import { ResourceCache } from './resource-cache.ts';

export interface Conversion {
  /** From the stored version; the argument is the caller's own. */
  readonly out: (stored: KubeObject) => KubeObject;
  /** To the stored version, in stored form. */
  readonly back: (object: KubeObject) => KubeObject;
}

export class ConvertedCache extends ResourceCache {
  readonly #conversion: Conversion;
  readonly #apiVersion: string;
  readonly #items = new WeakMap<Buffer, Item>();

  constructor(
    kind: AnyResource,
    stored: ResourceCache,
    conversion: Conversion,
    extraFields?: readonly string[],
  ) {
    super(kind, stored.store, stored.prefix, extraFields);
    this.#conversion = conversion;
    this.#apiVersion = apiVersionOf(kind.resource);
  }

  override itemOf(entry: { readonly value: Buffer }): Item {
    const known = this.#items.get(entry.value);
    if (known) return known;
    const object = this.decode(entry);
    const item = this.adopt(encoder(object)(Number(object.metadata.resourceVersion)), object);
    this.#items.set(entry.value, item);
    return item;
  }

  /** Bytes that show this version already (an item seen again at another revision) are left as they are. */
  override decode(entry: { readonly value: Buffer }): KubeObject {
    const stored = super.decode(entry);
    return stored.apiVersion === this.#apiVersion ? stored : this.#conversion.out(stored);
  }

  override encoder(object: KubeObject): (revision: number) => Buffer {
    return encoder(this.#conversion.back(object));
  }
}
