// Follows the stored CustomResourceDefinitions: serves their kinds while they are there, and empties them before they go.
// Called synchronously with every commit, so that a kind is served as soon as its definition's creation is answered.
import { CustomResourceDefinition } from '../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { type AnyResource, apiVersionOf, type KubeObject } from '../../api/meta/v1/resource.ts';
import type { Scheme } from '../../api/scheme/scheme.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { rfc3339 } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { remove } from '../registry/delete.ts';
import type { Machinery } from '../registry/machinery.ts';
import type { Registries } from '../registry/registries.ts';
import type { Served } from '../registry/served.ts';
import { update } from '../registry/update.ts';
import type { WriteContext } from '../registry/write-context.ts';
import { type Conversion, ConvertedCache } from '../watch-cache/converted-cache.ts';
import type { Item } from '../watch-cache/item.ts';
import { ResourceCache } from '../watch-cache/resource-cache.ts';
import { customKind } from './custom-kind.ts';
import { CLEANUP } from './definition-strategy.ts';
import { loadPatterns } from './patterns.ts';

export interface CustomKindsOptions {
  readonly machinery: Machinery;
  readonly registries: Registries;
  readonly scheme: Scheme;
  readonly log: Logger;
}

interface Registered {
  readonly spec: string;
  readonly kinds: readonly { readonly kind: AnyResource; readonly documented: AnyResource }[];
  /** One version, through which all objects can be reached. */
  readonly served: Served | undefined;
}

const RETRY = 1000;
const SERVER = { name: 'system:apiserver', groups: ['system:masters'] };

export class CustomKinds {
  readonly #options: CustomKindsOptions;
  readonly #definitions: Served;
  readonly #registered = new Map<string, Registered>();
  readonly #emptying = new Set<string>();

  constructor(options: CustomKindsOptions) {
    this.#options = options;
    this.#definitions = options.registries.of(CustomResourceDefinition);
    const { cache } = this.#definitions;
    const { entries, revision } = cache.store.range(cache.prefix);
    for (const entry of entries) this.#put(cache.itemOf(entry));
    cache.store.watch(cache.prefix, revision, {
      events: (events) => {
        for (const event of events)
          if (event.type === 'put') this.#put(cache.itemOf(event.entry));
          else this.#remove(cache.itemOf(event.previous).name);
      },
    });
  }

  /** What validation of stored kinds' objects needs has been loaded. */
  async ready(): Promise<void> {
    if (this.#registered.size > 0) await loadPatterns();
  }

  #put(item: Item): void {
    const definition = item.object as unknown as CustomResourceDefinition;
    const spec = JSON.stringify(definition.spec);
    if (this.#registered.get(item.name)?.spec !== spec) {
      this.#remove(item.name);
      this.#add(item.name, definition, spec);
    }
    const { deletionTimestamp, finalizers } = definition.metadata;
    if (deletionTimestamp && finalizers?.includes(CLEANUP)) this.#emptyLater(item.name);
  }

  #add(name: string, definition: CustomResourceDefinition, spec: string): void {
    const { registries, scheme, machinery } = this.#options;
    const { group, names, versions } = definition.spec;
    const kept = versions.find(({ storage }) => storage);
    if (!kept) return;
    const main = customKind(definition, kept);
    const prefix = `/registry/${group}/${names.plural}/`;
    const cache = new ResourceCache(main.kind, machinery.store, prefix, main.options.extraFields);
    const kinds: { kind: AnyResource; documented: AnyResource }[] = [];
    let served: Served | undefined;
    for (const version of versions.filter((v) => v.served)) {
      const custom = version === kept ? main : customKind(definition, version);
      const own =
        version === kept
          ? cache
          : new ConvertedCache(
              custom.kind,
              cache,
              renaming(custom.kind, main.kind),
              custom.options.extraFields,
            );
      scheme.add(custom.documented);
      served = registries.add(custom.kind, { ...custom.options, cache: own });
      kinds.push(custom);
    }
    this.#registered.set(name, { spec, kinds, served });
  }

  #remove(name: string): void {
    const registered = this.#registered.get(name);
    if (!registered) return;
    for (const { kind, documented } of registered.kinds) {
      this.#options.registries.remove(kind);
      this.#options.scheme.remove(documented);
    }
    this.#registered.delete(name);
  }

  #emptyLater(name: string): void {
    if (this.#emptying.has(name)) return;
    this.#emptying.add(name);
    void this.#options.machinery.clock.turn().then(() => this.#empty(name));
  }

  /** Deletes every object of an ending kind; those with finalizers are waited for. */
  async #empty(name: string): Promise<void> {
    const { machinery, log } = this.#options;
    try {
      const served = this.#registered.get(name)?.served;
      for (const item of served?.cache.items() ?? []) await this.#delete(served!, item);
      const left = served?.cache.items().length ?? 0;
      if (left === 0) await this.#release(name);
      else machinery.clock.after(RETRY, () => void this.#empty(name));
      if (left === 0) this.#emptying.delete(name);
    } catch (error) {
      log.warn('emptying a custom kind failed', { name, error });
      machinery.clock.after(RETRY, () => void this.#empty(name));
    }
  }

  async #delete(served: Served, item: Item): Promise<void> {
    const context = this.#context(item.namespace);
    await remove(this.#options.machinery, served, item.name, {}, context).catch((error) => {
      if (!isNotFound(error)) throw error;
    });
  }

  async #release(name: string): Promise<void> {
    await update(
      this.#options.machinery,
      this.#definitions,
      name,
      (current) => {
        const object = current!();
        object.metadata.finalizers = object.metadata.finalizers?.filter((f) => f !== CLEANUP) ?? [];
        return object;
      },
      this.#context(''),
    ).catch((error) => {
      if (!isNotFound(error)) throw error;
    });
  }

  #context(namespace: string): WriteContext {
    return {
      user: SERVER,
      namespace,
      subresource: '',
      dryRun: false,
      fieldManager: 'kube-apiserver',
      warn: () => {},
      now: rfc3339(this.#options.machinery.clock.now()),
    };
  }
}

/** Without a conversion of its own, a version differs from another in its name only. */
function renaming(to: AnyResource, from: AnyResource): Conversion {
  const as = (kind: AnyResource) => (object: KubeObject) => ({
    ...object,
    apiVersion: apiVersionOf(kind.resource),
  });
  return { out: as(to), back: as(from) };
}
