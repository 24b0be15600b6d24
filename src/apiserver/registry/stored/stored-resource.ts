// A resource whose objects are in the store: most built-in kinds and every custom kind. Reads are served from the store's
// memory and wait for its barrier; writes go through admission, the kind's strategy and validation.
// Upstream: registry/generic/registry/store.go (k8s.io/apiserver), in front of storage/cacher.
import type { DeleteOptions } from '../../../api/meta/v1/delete-options.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import { isNotFound, notFound } from '../../../api/status/status-error.ts';
import type { Item } from '../../watch-cache/item.ts';
import type { ResourceCache } from '../../watch-cache/resource-cache.ts';
import type { Selection } from '../../watch-cache/selection.ts';
import { type WatchOpener, watchSession } from '../../watch-cache/watch-session.ts';
import { admitsAll } from '../admission.ts';
import type { Eventual } from '../eventual.ts';
import {
  type Deleted,
  type ListOptions,
  type ListResult,
  type Resource,
  type ResourceDescription,
  type Shown,
  type Transform,
  targetOf,
  type Updated,
  type UpdateMode,
  type WatchOptions,
} from '../resource.ts';
import type { WriteContext } from '../write-context.ts';
import { readConsistently } from './consistency.ts';
import { create } from './create.ts';
import { remove } from './delete.ts';
import { list, revisionShown } from './list.ts';
import { checkSeen, revisionOf } from './revision.ts';
import type { Storage } from './storage.ts';
import { update } from './update.ts';

/** Deletions of a collection before other requests have their turn: a store in memory does not yield by itself. */
const DELETED_PER_TURN = 16;

export class StoredResource<T extends KubeObject = KubeObject> implements Resource<T> {
  readonly kind: ResourceDescription['kind'];
  readonly custom?: ResourceDescription['custom'];
  readonly extraFields?: ResourceDescription['extraFields'];
  readonly scale?: ResourceDescription['scale'];
  readonly deprecation?: ResourceDescription['deprecation'];
  readonly columns?: ResourceDescription['columns'];
  readonly versions?: ResourceDescription['versions'];
  /** The state as this server has received it, without a barrier; for admission and authorizers. */
  readonly cache: ResourceCache<T>;
  readonly #storage: Storage<T>;

  constructor(storage: Storage<T>) {
    const { resource, cache } = storage;
    this.kind = resource.kind;
    this.custom = resource.custom;
    this.extraFields = resource.extraFields;
    this.scale = resource.scale;
    this.deprecation = resource.deprecation;
    this.columns = resource.columns;
    this.versions = resource.versions;
    this.cache = cache;
    this.#storage = storage;
  }

  get(namespace: string, name: string, resourceVersion = ''): Eventual<Item<T>> {
    const { store } = this.cache;
    return readConsistently(store, resourceVersion, () => {
      checkSeen(revisionOf(resourceVersion), store.revision);
      const entry = this.cache.entry(namespace, name);
      if (!entry) throw notFound(targetOf(this), name);
      return this.cache.itemWhenReady(entry);
    });
  }

  list(selection: Selection, options: ListOptions): Eventual<ListResult<T>> {
    return readConsistently(this.cache.store, revisionShown(options), () =>
      list(this.cache, selection, options),
    );
  }

  watch(selection: Selection, options: WatchOptions): Eventual<WatchOpener> {
    const { store } = this.cache;
    const { resourceVersion, sendInitialEvents, bookmarks, timeoutMs, view } = options;
    return readConsistently(store, resourceVersion, () => {
      const version = revisionOf(resourceVersion);
      if (sendInitialEvents) checkSeen(version, store.revision);
      // sendInitialEvents=false without a version starts at the current revision and sends no initial state.
      const withoutState = sendInitialEvents === false ? (version ?? store.revision) : version;
      const session = {
        from: sendInitialEvents ? undefined : withoutState,
        bookmarks,
        endOfInitialEvents: sendInitialEvents === true,
        timeoutMs,
      };
      return watchSession(this.cache, selection, session, this.#storage.clock, view);
    });
  }

  create(object: T, write: WriteContext): Promise<Item<T>> {
    return create(this.#storage, object, write);
  }

  update(
    name: string,
    transform: Transform<T>,
    write: WriteContext,
    mode: UpdateMode = 'patch',
    shown?: Shown<T>,
  ): Promise<Updated<T>> {
    return update(this.#storage, { name, transform, mode, shown }, write);
  }

  delete(name: string, options: DeleteOptions, write: WriteContext): Promise<Deleted<T>> {
    return remove(this.#storage, name, options, write);
  }

  async deleteCollection(
    selection: Selection,
    page: ListOptions,
    options: DeleteOptions,
    write: WriteContext,
  ): Promise<ListResult<T>> {
    // Not atomic, as upstream: objects created meanwhile are not deleted, objects deleted meanwhile are skipped.
    const found = await this.list(selection, page);
    for (const [i, { namespace, name }] of found.items.entries()) {
      if (i % DELETED_PER_TURN === DELETED_PER_TURN - 1) await this.#storage.clock.turn();
      await this.delete(name, options, { ...write, namespace }).catch((error) => {
        if (!isNotFound(error)) throw error;
      });
    }
    return { items: found.items, revision: this.cache.store.revision, continue: '', remaining: undefined };
  }

  /** The same resource without admission: for the built-in objects that admission itself depends on, and for writes that
   *  follow from a request which was admitted as a whole (a binding, an eviction). */
  withoutAdmission(): StoredResource<T> {
    return new StoredResource({ ...this.#storage, admission: admitsAll });
  }
}
