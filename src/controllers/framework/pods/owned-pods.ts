// Everything that a controller of a kind that owns pods needs: its watches, its claim on pods, and creating and deleting
// them without acting twice on a cache that does not show the last round yet. A new controller of such a kind writes no
// handlers of its own. Follows the pod handlers of upstream's ReplicaSet controller (pkg/controller/replicaset), which
// those of the other workload controllers repeat.

import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { isBeingDeleted, keyOf, uidOf } from '../../../api/meta/v1/object.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import { msUntilAvailable } from '../../../api/pods/readiness.ts';
import { isNotFound } from '../../../api/status/status-error.ts';
import { smallest } from '../../../kit/lists.ts';
import { type ControllerContext, type KeysOf, type Result, type Watch, watch } from '../controller.ts';
import { Expectations } from '../expectations.ts';
import { OwnedObjects } from '../ownership/owned-objects.ts';
import type { OwnerKind } from '../ownership/owner-kind.ts';
import { restAfter } from '../rest.ts';
import { slowStart } from '../slow-start.ts';
import { createPod, deletePod, isNamespaceTerminating } from './pod-control.ts';

/** What one kind does beyond the common handlers. */
export interface OwnedPodsHooks {
  /** Further keys for a pod that no object of the kind owns. */
  unowned?(pod: Readonly<Pod>): Iterable<string>;
  /** The cache shows that a pod of the owner `key` is being deleted or gone. */
  deleted?(key: string, pod: Readonly<Pod>): void;
}

/** What to change about an owner's pods in one round. */
export interface PodChanges {
  readonly create?: readonly Pod[];
  readonly remove?: readonly Readonly<Pod>[];
}

/** What became of the changes. */
export interface Applied {
  readonly created: number;
  /** The first failure; undefined without one. That the namespace is being deleted is none. */
  readonly failure: unknown;
}

type CachedPod = Pod & KubeObject;

export class OwnedPods<O extends KubeObject> {
  readonly #context: ControllerContext;
  readonly #owners: OwnerKind<O>;
  readonly #objects: OwnedObjects<O, CachedPod>;
  readonly #expectations: Expectations;
  readonly #hooks: OwnedPodsHooks;

  constructor(context: ControllerContext, owners: OwnerKind<O>, hooks: OwnedPodsHooks = {}) {
    this.#context = context;
    this.#owners = owners;
    this.#hooks = hooks;
    this.#expectations = new Expectations(context.clock);
    const children = { kind: Pod, informer: context.informers.informer(Pod) };
    this.#objects = new OwnedObjects(context, owners, children);
  }

  /** The watch of the pods. The controller adds the watch of its owners. */
  get watch(): Watch {
    return watch(this.#context.informers.informer(Pod), this.#keys);
  }

  /** Forgets what was expected of an owner that is gone. */
  forget(key: string): void {
    this.#expectations.forget(key);
  }

  /** True when the cache shows every pod that the last round created and deleted for `owner`. */
  settled(owner: Readonly<O>): boolean {
    return this.#expectations.satisfied(keyOf(owner));
  }

  /** The rest of a key whose rounds claim the owner's pods. */
  restMs(key: string): number {
    const owner = this.#owners.informer.lister.byKey(key);
    return owner ? restAfter(this.#objects.candidates(owner)) : 0;
  }

  of(owner: Readonly<O>): readonly Readonly<Pod>[] {
    return this.#objects.of(owner);
  }

  claim(owner: Readonly<O>, accepts?: (pod: Readonly<Pod>) => boolean): Promise<readonly Readonly<Pod>[]> {
    return this.#objects.claim(owner, accepts);
  }

  /** True when the pod's controller reference names a living object of the kind. */
  isOwned(pod: Readonly<CachedPod>): boolean {
    return this.#objects.ownerOf(pod) !== undefined;
  }

  /** Creates pods in growing batches, then deletes others at once, with events on the owner. */
  async apply(owner: Readonly<O>, { create = [], remove = [] }: PodChanges): Promise<Applied> {
    if (create.length + remove.length === 0) return { created: 0, failure: undefined };
    // Before the first write: its watch event may come before its answer.
    this.#expectations.expect(keyOf(owner), create.length, remove.map(uidOf));
    const { created, failure } = await this.#create(owner, create);
    // Also after a failure, as upstream: deletions that are expected but never sent would block the owner until they expire.
    const failedToo = await this.#delete(owner, remove);
    return { created, failure: failure ?? failedToo };
  }

  async #create(owner: Readonly<O>, pods: readonly Pod[]): Promise<Applied> {
    const about = { kind: this.#owners.kind, object: owner };
    const { successes, failure } = await slowStart(pods.length, (i) =>
      createPod(this.#context, about, pods[i]!),
    );
    this.#expectations.creationObserved(keyOf(owner), pods.length - successes);
    return { created: successes, failure: isNamespaceTerminating(failure) ? undefined : failure };
  }

  async #delete(owner: Readonly<O>, pods: readonly Readonly<Pod>[]): Promise<unknown> {
    const about = { kind: this.#owners.kind, object: owner };
    const results = await Promise.allSettled(
      pods.map(async (pod) => {
        try {
          await deletePod(this.#context, about, pod);
        } catch (error) {
          // Its deletion will not be seen, so it must not be waited for.
          this.#expectations.deletionObserved(keyOf(owner), uidOf(pod));
          if (!isNotFound(error)) throw error;
        }
      }),
    );
    return results.find((result) => result.status === 'rejected')?.reason;
  }

  get #keys(): KeysOf<CachedPod> {
    return {
      onAdd: (pod) => {
        // After a restart the first that is seen of a pod may be that it is being deleted.
        if (isBeingDeleted(pod)) return this.#deleted(pod);
        const owner = this.#objects.ownerOf(pod);
        if (owner) this.#expectations.creationObserved(keyOf(owner));
        return this.#withUnowned(pod, this.#objects.keysOf(pod));
      },
      onUpdate: (pod, old) => {
        const keys = this.#objects.keysOfChange(pod, old);
        if (!isBeingDeleted(pod)) return this.#withUnowned(pod, keys);
        return new Set([...this.#deleted(pod), ...this.#deleted(old), ...keys]);
      },
      onDelete: (pod) => this.#deleted(pod),
    };
  }

  #deleted(pod: Readonly<CachedPod>): Iterable<string> {
    const owner = this.#objects.ownerOf(pod);
    if (!owner) return this.#hooks.unowned?.(pod) ?? [];
    this.#expectations.deletionObserved(keyOf(owner), uidOf(pod));
    this.#hooks.deleted?.(keyOf(owner), pod);
    return [keyOf(owner)];
  }

  #withUnowned(pod: Readonly<CachedPod>, keys: readonly string[]): Iterable<string> {
    const { unowned } = this.#hooks;
    return unowned && !this.isOwned(pod) ? [...keys, ...unowned(pod)] : keys;
  }
}

/** Requeues for the time when the next ready pod has been ready for `minReadySeconds`; undefined when none waits for that. */
export function whenNextAvailable(
  pods: readonly Readonly<Pod>[],
  minReadySeconds: number,
  now: number,
): Result | undefined {
  if (minReadySeconds <= 0) return undefined;
  const waits = pods.map((pod) => msUntilAvailable(pod, minReadySeconds, now) ?? 0).filter((ms) => ms > 0);
  return waits.length > 0 ? { requeueAfter: smallest(waits) } : undefined;
}
