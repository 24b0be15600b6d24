// Keeps the resource table in line with the stored CustomResourceDefinitions, and deletes the objects of a definition before
// it is removed. Registration is synchronous with every commit, so that a kind is served once its definition's creation is
// acknowledged. Made by assemble.ts. Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/
// customresource_handler.go and pkg/controller/finalizer/crd_finalizer.go.
import { CustomResourceDefinition } from '../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { isConditionTrue } from '../../api/meta/v1/conditions.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import type { Logger } from '../../kit/log.ts';
import type { ResourceTable } from '../registry/resource-table.ts';
import type { StoredResource } from '../registry/stored/stored-resource.ts';
import { ownWrite } from '../registry/write-context.ts';
import type { Item } from '../watch-cache/item.ts';
import { type CustomResources, type CustomServices, customResources } from './custom-resources.ts';
import { isBuiltIn } from './definitions/checks.ts';
import { isServed, withCondition } from './definitions/names.ts';
import { CLEANUP, TERMINATING, type TerminatingCondition } from './definitions/strategy.ts';
import { DeletionError, deleteAll } from './delete-all.ts';
import { loadFor } from './rules/engine.ts';

export interface CustomKindsOptions {
  readonly services: CustomServices;
  readonly resources: ResourceTable;
  readonly log: Logger;
}

interface Registered {
  /** What is served, as JSON: other changes of the status do not register anew. */
  readonly form: string;
  terminating: boolean;
  /** Undefined if nothing is served. */
  resources: CustomResources | undefined;
}

type Definition = Item<CustomResourceDefinition>;

const RETRY_MS = 1000;
/** How long objects may take to be deleted before the definition says so. */
const CHECK_MS = 60_000;

export class CustomKinds {
  readonly #options: CustomKindsOptions;
  readonly #definitions: StoredResource<CustomResourceDefinition>;
  readonly #registered = new Map<string, Registered>();
  /** Definitions whose objects are being deleted, with the time when that began: at most one #cleanUp runs for each. */
  readonly #cleaning = new Map<string, number>();

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
          else this.#gone(cache.itemOf(event.previous));
      },
    });
  }

  /** Resolves when what validates objects is loaded, as far as the definitions need it. */
  async ready(): Promise<void> {
    for (const { object } of this.#definitions.cache.items()) await loadFor(object.spec);
  }

  #put({ name, object }: Definition): void {
    const served = isServed(object);
    const form = JSON.stringify([object.spec, served && object.status?.acceptedNames]);
    const { deletionTimestamp, finalizers } = object.metadata;
    const known = this.#registered.get(name);
    if (known?.form !== form) {
      this.#remove(name);
      this.#add(
        name,
        object,
        { form, resources: undefined, terminating: deletionTimestamp !== undefined },
        served,
      );
      this.#reconsider(object.spec.group, name);
    } else known.terminating = deletionTimestamp !== undefined;
    if (deletionTimestamp && finalizers?.includes(CLEANUP)) this.#scheduleCleanup(name);
  }

  #add(name: string, definition: CustomResourceDefinition, registered: Registered, served: boolean): void {
    const { resources: table, services } = this.#options;
    const { store } = this.#definitions.cache;
    const isTerminating = () => registered.terminating;
    // A definition from before the rule in checks.ts: its objects would be those of the built-in kind.
    const hidden = !served || isBuiltIn(definition);
    const resources = hidden ? undefined : customResources(definition, isTerminating, store, services);
    for (const resource of resources?.served ?? []) table.add(resource);
    registered.resources = resources;
    this.#registered.set(name, registered);
  }

  /** Watches end: what they show has another form, or is gone. */
  #remove(name: string): void {
    for (const resource of this.#registered.get(name)?.resources?.served ?? []) {
      this.#options.resources.remove(resource);
      resource.cache.broadcaster.end();
    }
    this.#registered.delete(name);
  }

  #gone({ name, object }: Definition): void {
    this.#remove(name);
    this.#reconsider(object.spec.group, name);
  }

  /** Names of a definition have changed: others of its group that waited for them may get theirs. */
  #reconsider(group: string, except: string): void {
    for (const { name, object } of this.#definitions.cache.items())
      if (name !== except && object.spec.group === group && !isConditionTrue(object, 'NamesAccepted'))
        void this.#options.services.clock.turn().then(() => this.#touch(name));
  }

  /** Every write of a definition decides about its names. */
  async #touch(name: string): Promise<void> {
    const write = ownWrite(this.#options.services.clock, '');
    try {
      await this.#definitions.update(name, (current) => current!(), write);
    } catch (error) {
      if (!isNotFound(error))
        this.#options.log.warn('the names of a definition were not decided', { name, error });
    }
  }

  /** In a turn of its own: the store calls #put synchronously with a commit, which must not be delayed. */
  #scheduleCleanup(name: string): void {
    if (this.#cleaning.has(name)) return;
    this.#cleaning.set(name, this.#options.services.clock.now());
    void this.#options.services.clock.turn().then(() => this.#cleanUp(name));
  }

  /** Deletes every object of a kind whose definition is being deleted, and waits for those with finalizers. */
  async #cleanUp(name: string): Promise<void> {
    const { services } = this.#options;
    const retry = () => services.clock.after(RETRY_MS, () => void this.#cleanUp(name));
    try {
      const resource = this.#registered.get(name)?.resources?.storage;
      if (resource?.cache.count()) {
        await this.#setCondition(name, this.#progressOf(name));
        await deleteAll(resource, services.clock);
      }
      if (resource?.cache.count()) return void retry();
      await this.#setCondition(name, resource ? TERMINATING.completed : TERMINATING.neverEstablished, true);
      this.#cleaning.delete(name);
    } catch (error) {
      await this.#fail(name, error);
      retry();
    }
  }

  #progressOf(name: string): TerminatingCondition {
    const { clock } = this.#options.services;
    const lasted = clock.now() - (this.#cleaning.get(name) ?? clock.now());
    return lasted < CHECK_MS ? TERMINATING.inProgress : TERMINATING.unconfirmed;
  }

  async #fail(name: string, error: unknown): Promise<void> {
    const { log } = this.#options;
    log.warn('deleting the objects of a custom kind failed', { name, error });
    if (!(error instanceof DeletionError)) return;
    await this.#setCondition(name, TERMINATING.failed(error.message)).catch((problem: unknown) =>
      log.warn('the condition of a definition was not set', { name, error: problem }),
    );
  }

  /** `released` also removes the finalizer; with the last one the definition is removed from the store. */
  async #setCondition(name: string, condition: TerminatingCondition, released = false): Promise<void> {
    const write = { ...ownWrite(this.#options.services.clock, ''), subresource: 'status' };
    const changed = (current: (() => CustomResourceDefinition) | undefined) => {
      const definition = current!();
      const { metadata, status } = definition;
      definition.status = {
        ...status!,
        conditions: withCondition(status?.conditions ?? [], condition, write.now),
      };
      if (released)
        metadata.finalizers = metadata.finalizers?.filter((finalizer) => finalizer !== CLEANUP) ?? [];
      return definition;
    };
    await this.#definitions.update(name, changed, write).catch(ignoreNotFound);
  }
}

function ignoreNotFound(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
