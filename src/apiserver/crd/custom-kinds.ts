// Keeps the resource table in line with the stored CustomResourceDefinitions, and deletes the objects of a definition before
// it is removed. Registration is synchronous with every commit, so that a kind is served once its definition's creation is
// acknowledged. Made by assemble.ts. Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/
// customresource_handler.go and pkg/controller/finalizer/crd_finalizer.go.
import { CustomResourceDefinition } from '../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import type { Logger } from '../../kit/log.ts';
import type { ResourceTable } from '../registry/resource-table.ts';
import type { StorageServices } from '../registry/stored/storage.ts';
import type { StoredResource } from '../registry/stored/stored-resource.ts';
import { ownWrite } from '../registry/write-context.ts';
import type { Item } from '../watch-cache/item.ts';
import { customResources } from './custom-resources.ts';
import { CLEANUP } from './definition-strategy.ts';
import { loadPatterns } from './patterns.ts';

export interface CustomKindsOptions {
  readonly services: StorageServices;
  readonly resources: ResourceTable;
  readonly log: Logger;
}

interface Registered {
  /** The definition's spec as JSON: a change of status alone does not register anew. */
  readonly spec: string;
  /** One per served version, all over the same objects. */
  readonly resources: readonly StoredResource[];
}

type Definition = Item<CustomResourceDefinition>;

const RETRY_MS = 1000;

export class CustomKinds {
  readonly #options: CustomKindsOptions;
  readonly #definitions: StoredResource<CustomResourceDefinition>;
  readonly #registered = new Map<string, Registered>();
  /** Definitions whose objects are being deleted: at most one #cleanUp runs for each. */
  readonly #cleaning = new Set<string>();

  constructor(options: CustomKindsOptions) {
    this.#options = options;
    this.#definitions = options.resources.stored(CustomResourceDefinition);
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

  /** Resolves when the pattern engine is loaded, if there are definitions. */
  async ready(): Promise<void> {
    if (this.#registered.size > 0) await loadPatterns();
  }

  #put({ name, object }: Definition): void {
    const spec = JSON.stringify(object.spec);
    if (this.#registered.get(name)?.spec !== spec) {
      this.#remove(name);
      this.#add(name, object, spec);
    }
    const { deletionTimestamp, finalizers } = object.metadata;
    if (deletionTimestamp && finalizers?.includes(CLEANUP)) this.#scheduleCleanup(name);
  }

  #add(name: string, definition: CustomResourceDefinition, spec: string): void {
    const { resources: table, services } = this.#options;
    const { store } = this.#definitions.cache;
    const resources = customResources(definition, store, services);
    for (const resource of resources) table.add(resource);
    this.#registered.set(name, { spec, resources });
  }

  #remove(name: string): void {
    for (const resource of this.#registered.get(name)?.resources ?? [])
      this.#options.resources.remove(resource);
    this.#registered.delete(name);
  }

  /** In a turn of its own: the store calls #put synchronously with a commit, which must not be delayed. */
  #scheduleCleanup(name: string): void {
    if (this.#cleaning.has(name)) return;
    this.#cleaning.add(name);
    void this.#options.services.clock.turn().then(() => this.#cleanUp(name));
  }

  /** Deletes every object of a kind whose definition is being deleted, and waits for those with finalizers. */
  async #cleanUp(name: string): Promise<void> {
    const { services, log } = this.#options;
    const retry = () => services.clock.after(RETRY_MS, () => void this.#cleanUp(name));
    try {
      const resource = this.#registered.get(name)?.resources[0];
      for (const item of resource?.cache.items() ?? []) await this.#delete(resource!, item);
      if (resource?.cache.items().length) return void retry();
      await this.#removeFinalizer(name);
      this.#cleaning.delete(name);
    } catch (error) {
      log.warn('deleting the objects of a custom kind failed', { name, error });
      retry();
    }
  }

  async #delete(resource: StoredResource, { name, namespace }: Item): Promise<void> {
    await resource.delete(name, {}, ownWrite(this.#options.services.clock, namespace)).catch(ignoreNotFound);
  }

  /** Removes the finalizer; with the last one the definition is removed from the store. */
  async #removeFinalizer(name: string): Promise<void> {
    const write = ownWrite(this.#options.services.clock, '');
    const released = (current: (() => CustomResourceDefinition) | undefined) => {
      const definition = current!();
      const { metadata } = definition;
      metadata.finalizers = metadata.finalizers?.filter((finalizer) => finalizer !== CLEANUP) ?? [];
      return definition;
    };
    await this.#definitions.update(name, released, write).catch(ignoreNotFound);
  }
}

function ignoreNotFound(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
