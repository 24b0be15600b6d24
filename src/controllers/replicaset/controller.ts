// Promise: as many active pods of the template exist as spec.replicas says, all owned by the set, and the status tells of them.
// One controller for ReplicaSets and one for ReplicationControllers, from the same code (kinds.ts).
import type { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import {
  controllerOf,
  controllerReference,
  keyOf,
  labelsOf,
  nameOf,
  namespaceOf,
  uidOf,
} from '../../api/meta/v1/object.ts';
import type { OwnerReference } from '../../api/meta/v1/object-meta.ts';
import { apiVersionOf, type KubeObject } from '../../api/meta/v1/resource.ts';
import { isPodActive, isPodTerminating } from '../../api/pods/phase.ts';
import {
  BY_CONTROLLER,
  BY_NAMESPACE,
  indexByController,
  indexByNamespace,
  orphansOf,
} from '../../client/informer/indices.ts';
import type { Informer } from '../../client/informer/informer.ts';
import { rfc3339 } from '../../kit/clock.ts';
import {
  type Controller,
  type ControllerContext,
  type KeysOf,
  type Result,
  watch,
} from '../framework/controller.ts';
import { Expectations } from '../framework/expectations.ts';
import { OwnWrites } from '../framework/own-writes.ts';
import { claim } from '../framework/ownership/claim.ts';
import { crowdOnSameNode } from '../framework/pods/deletion-order.ts';
import { applyPlan } from './apply.ts';
import type { ReplicaKind } from './kinds.ts';
import { msUntilNextAvailable, type Plan, planReplicas } from './plan.ts';
import { type Observed, sameStatus, statusOf } from './status.ts';

export function createReplicaController(context: ControllerContext, which: ReplicaKind): Controller {
  const sets = which.informer(context);
  const pods = context.informers.informer(Pod);
  indexByController(pods);
  indexByController(sets);
  indexByNamespace(sets);
  const keeper = new ReplicaKeeper(context, which, sets, pods);
  return {
    name: which.controllerName,
    workers: 10,
    watches: [watch(sets, (set) => [keyOf(set)]), watch(pods, keeper.keysOfPod())],
    reconcile: (key) => keeper.reconcile(key),
  };
}

class ReplicaKeeper {
  readonly #context: ControllerContext;
  readonly #which: ReplicaKind;
  readonly #sets: Informer<ReplicaSet & KubeObject>;
  readonly #pods: Informer<Pod & KubeObject>;
  readonly #expectations: Expectations;
  readonly #writes: OwnWrites;

  constructor(
    context: ControllerContext,
    which: ReplicaKind,
    sets: Informer<ReplicaSet & KubeObject>,
    pods: Informer<Pod & KubeObject>,
  ) {
    this.#context = context;
    this.#which = which;
    this.#sets = sets;
    this.#pods = pods;
    this.#expectations = new Expectations(context.clock);
    this.#writes = new OwnWrites(context.clock);
  }

  async reconcile(key: string): Promise<Result | undefined> {
    const set = this.#sets.lister.byKey(key);
    if (!set) {
      this.#expectations.forget(key);
      return undefined;
    }
    const wait = this.#writes.behindMs(key, this.#sets.lister);
    if (wait > 0) return { requeueAfter: wait };
    const settled = this.#expectations.satisfied(key);
    const { active, terminating } = await this.#claimPods(set);
    let failure: unknown;
    let plan: Plan = { action: 'none' };
    const now = this.#context.clock.now();
    if (settled && set.metadata.deletionTimestamp === undefined) {
      plan = planReplicas(set.spec?.replicas ?? 1, active, () => this.#crowd(set), now);
      failure = await applyPlan(this.#context, this.#expectations, this.#which.kind, set, plan);
    }
    await this.#writeStatus(set, { active, terminating, ...reported(plan, failure) });
    if (failure) throw failure;
    const requeueAfter = msUntilNextAvailable(set, active, this.#context.clock.now());
    return requeueAfter === undefined ? undefined : { requeueAfter };
  }

  async #claimPods(
    set: Readonly<ReplicaSet>,
  ): Promise<{ active: readonly Readonly<Pod>[]; terminating: number }> {
    const lister = this.#pods.lister;
    const mine = lister.byIndex(BY_CONTROLLER, uidOf(set));
    const orphans = lister.byIndex(BY_CONTROLLER, orphansOf(namespaceOf(set)));
    const { client } = this.#context;
    const active = await claim<Pod & KubeObject>({
      client,
      owner: set,
      ownerReference: controllerReference(this.#which.kind, set),
      selector: this.#which.selectorOf(set),
      childKind: Pod,
      children: [...mine, ...orphans].filter(isPodActive),
      readOwner: async () =>
        (await client.get(this.#which.kind, nameOf(set), namespaceOf(set))) as unknown as KubeObject,
    });
    return { active, terminating: mine.filter(isPodTerminating).length };
  }

  /** Pods of every set with the same owner count as relatives: a deployment's old and new pods share nodes. */
  #crowd(set: Readonly<ReplicaSet>) {
    const owner = controllerOf(set);
    const family = owner ? this.#sets.lister.byIndex(BY_CONTROLLER, owner.uid) : [set];
    const relatives = family.flatMap((one) => this.#pods.lister.byIndex(BY_CONTROLLER, uidOf(one)));
    return crowdOnSameNode(relatives.filter(isPodActive));
  }

  async #writeStatus(set: Readonly<ReplicaSet>, observed: Observed): Promise<void> {
    const now = this.#context.clock.now();
    const status = statusOf(set, observed, now, rfc3339(now));
    if (sameStatus(set.status, status)) return;
    const { client } = this.#context;
    const changed = { ...set, status } as never;
    const written = await client.update(this.#which.kind, changed, { subresource: 'status' });
    this.#writes.wrote(keyOf(set), written as unknown as KubeObject);
  }

  keysOfPod(): KeysOf<Pod> {
    return {
      onAdd: (pod) => {
        if (pod.metadata.deletionTimestamp) return this.#gone(pod);
        const key = this.#keyOfOwner(pod, controllerOf(pod));
        if (key) this.#expectations.creationObserved(key);
        return key ? [key] : this.#interested(pod);
      },
      onUpdate: (pod, old) => {
        if (pod.metadata.deletionTimestamp) return this.#gone(pod, old);
        const before = this.#keyOfOwner(old, controllerOf(old));
        const after = this.#keyOfOwner(pod, controllerOf(pod));
        if (after) return before && before !== after ? [before, after] : [after];
        const mayMatch = before !== undefined || changed(labelsOf(pod), labelsOf(old));
        return [...(before ? [before] : []), ...(mayMatch ? this.#interested(pod) : [])];
      },
      onDelete: (pod) => this.#gone(pod),
    };
  }

  #gone(pod: Readonly<Pod>, old?: Readonly<Pod>): string[] {
    const keys = [pod, ...(old ? [old] : [])].flatMap(
      (one) => this.#keyOfOwner(one, controllerOf(one)) ?? [],
    );
    for (const key of new Set(keys)) this.#expectations.deletionObserved(key, uidOf(pod));
    return keys;
  }

  /** The key of the set that `owner` names, if it is one of ours and still the same object. */
  #keyOfOwner(pod: Readonly<Pod>, owner: OwnerReference | undefined): string | undefined {
    const { resource } = this.#which.kind;
    if (owner?.kind !== resource.kind || owner.apiVersion !== apiVersionOf(resource)) return undefined;
    const key = `${namespaceOf(pod)}/${owner.name}`;
    const set = this.#sets.lister.byKey(key);
    return set && uidOf(set) === owner.uid ? key : undefined;
  }

  /** Sets that might adopt an orphan. */
  #interested(pod: Readonly<Pod>): string[] {
    if (controllerOf(pod)) return [];
    return this.#sets.lister
      .byIndex(BY_NAMESPACE, namespaceOf(pod))
      .filter((set) => this.#which.selectorOf(set).matches(labelsOf(pod)))
      .map(keyOf);
  }
}

function reported(plan: Plan, failure: unknown): Pick<Observed, 'failure'> {
  if (failure === undefined) return {};
  const message = failure instanceof Error ? failure.message : String(failure);
  return { failure: { reason: plan.action === 'create' ? 'FailedCreate' : 'FailedDelete', message } };
}

function changed(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].some((key) => a[key] !== b[key]);
}
