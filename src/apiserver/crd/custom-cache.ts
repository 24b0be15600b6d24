// The objects of one custom resource in one of its versions. They are stored in the version, and in the form of the schema, that
// were current when they were written; what is read has the form of today: unknown fields are pruned, defaults filled in and the
// version converted. An object that has this form already is answered with its stored bytes. A definition whose spec changes
// gets new caches, so every object is brought into form at most once per change.
// Made by custom-resources.ts. Upstream: crdConversionRESTOptionsGetter in customresource_handler.go.
import { normalize } from '../../api/codec/normalize.ts';
import { fillDefaults } from '../../api/custom/defaults.ts';
import { type AnyResource, apiVersionOf, type KubeObject } from '../../api/meta/v1/resource.ts';
import { failure } from '../../api/status/status-error.ts';
import { parseExactJson } from '../../kit/exact-json.ts';
import type { Entry, Store } from '../../store/store.ts';
import type { Eventual } from '../registry/eventual.ts';
import { encoder } from '../watch-cache/encoding.ts';
import type { Item } from '../watch-cache/item.ts';
import { type Encoded, ResourceCache } from '../watch-cache/resource-cache.ts';
import { type CustomVersions, renamed } from './conversion/custom-versions.ts';
import { type Convertible, RemoteReads } from './conversion/remote-reads.ts';

/** A stored object in the form of the schema of its version. */
interface Formed {
  readonly object: KubeObject;
  readonly kind: AnyResource;
  /** The stored bytes are another object's. */
  readonly changed: boolean;
}

export class CustomCache extends ResourceCache {
  readonly #versions: CustomVersions;
  readonly #reads: RemoteReads;

  constructor(
    kind: AnyResource,
    versions: CustomVersions,
    store: Store,
    prefix: string,
    extraFields: readonly string[] | undefined,
  ) {
    super(kind, store, prefix, extraFields);
    this.#versions = versions;
    this.#reads = new RemoteReads((entries) => this.#make(entries));
  }

  override get isRemote(): boolean {
    return this.#versions.isRemote;
  }

  override ready(entries: readonly Entry[]): Promise<void> | undefined {
    if (!this.isRemote) return undefined;
    return this.#reads.make(entries, (entry) => this.isKnown(entry));
  }

  protected override read(entry: Entry): Item {
    const formed = this.#formed(super.decode(entry));
    if (formed.kind === this.kind) return this.#itemOf(entry, formed);
    if (this.isRemote) throw new Error(`${entry.key} was read before it was converted`);
    return this.#itemOf(entry, { ...formed, object: renamed(formed.object, this.kind), changed: true });
  }

  override decode(entry: Entry): KubeObject {
    if (this.isRemote) return parseExactJson(this.itemOf(entry).bytes.toString()) as KubeObject;
    const { object, kind } = this.#formed(super.decode(entry));
    return kind === this.kind ? object : renamed(object, this.kind);
  }

  override shared(): undefined {
    return undefined;
  }

  #itemOf(entry: Entry, { object, changed }: Formed): Item {
    return this.make(changed ? encoder(object)(entry.revision) : entry.value, object);
  }

  /** Remembers the items of all entries, with one call for those of one other version. */
  async #make(entries: readonly Entry[]): Promise<void> {
    const sent: Convertible[] = [];
    for (const entry of entries) {
      const formed = this.#formed(super.decode(entry));
      if (formed.kind === this.kind) this.remember(entry, this.#itemOf(entry, formed));
      else sent.push({ entry, object: formed.object });
    }
    for (const [, group] of Map.groupBy(sent, ({ object }) => object.apiVersion)) {
      const objects = group.map(({ object }) => object);
      const converted = await this.#versions.convertAll(objects, this.kind);
      for (const [i, object] of converted.entries()) {
        const { entry } = group[i]!;
        this.remember(entry, this.make(encoder(object)(entry.revision), object));
      }
    }
  }

  /** Only objects in the storage version are known to be read as they are written: the defaults of others are not its. */
  override encode(object: KubeObject): Encoded<KubeObject> {
    const { storage } = this.#versions;
    return this.kind === storage ? super.encode(object) : encodedAs(this, renamed(object, storage), object);
  }

  override encodeStored(object: KubeObject): Eventual<Encoded<KubeObject>> {
    const { storage, isRemote } = this.#versions;
    if (!isRemote || this.kind === storage) return this.encode(object);
    const stored = this.#versions.convert(object, storage) as Promise<KubeObject>;
    return stored.then((converted) => encodedAs(this, converted, object));
  }

  /** `stored` is not shared: it is changed. */
  #formed(stored: KubeObject): Formed {
    const known = this.#versions.kindOf(stored.apiVersion);
    if (!known && this.isRemote) throw invalidVersion(stored.apiVersion);
    const kind = known ?? this.kind;
    const pruned = normalize(kind, stored);
    const filled = fillDefaults(pruned, kind.custom?.schema);
    const isCurrent = stored.apiVersion === apiVersionOf(kind.resource);
    const object = isCurrent ? pruned : renamed(pruned, kind);
    return { object, kind, changed: filled || object !== stored };
  }
}

function encodedAs(cache: CustomCache, stored: KubeObject, object: KubeObject): Encoded<KubeObject> {
  const shown = encoder(object);
  return {
    object,
    bytes: encoder(stored),
    item: (revision) => cache.make(shown(revision), object),
    onEntry() {},
  };
}

/** A version that the definition had when the object was written, and has no more. */
const invalidVersion = (apiVersion: string) =>
  failure(500, '', `request to convert CR from an invalid group/version: ${apiVersion}`);
