// Promise: as many active pods of the template exist as spec.replicas says, all owned by the set, and the status counts
// them. One controller for ReplicaSets and one for ReplicationControllers, from the same code (kinds.ts).
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import {
  controllerOf,
  controllerReference,
  isBeingDeleted,
  keyOf,
  nameOf,
  namespaceOf,
} from '../../api/meta/v1/object.ts';
import { isPodActive, isPodTerminating } from '../../api/pods/phase.ts';
import { BY_CONTROLLER, indexByController } from '../../client/informer/indices.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { messageOf } from '../../kit/message-of.ts';
import { type Controller, type ControllerContext, type Result, watch } from '../framework/controller.ts';
import type { OwnerKind } from '../framework/ownership/owner-kind.ts';
import { podsOnSameNode } from '../framework/pods/deletion-order.ts';
import { OwnedPods, type PodChanges, whenNextAvailable } from '../framework/pods/owned-pods.ts';
import { podFromTemplate } from '../framework/pods/pod-control.ts';
import { StatusWriter } from '../framework/status-writer.ts';
import type { ReplicaKind, Replicated } from './kinds.ts';
import { type Plan, planReplicas } from './plan.ts';
import { type Observed, statusOf } from './status.ts';

export function createReplicaController<O extends Replicated>(
  context: ControllerContext,
  which: ReplicaKind<O>,
): Controller {
  const reconciler = new ReplicaReconciler(context, which);
  return {
    name: which.controllerName,
    workers: 10,
    watches: reconciler.watches,
    reconcile: (key) => reconciler.reconcile(key),
    restMs: (key) => reconciler.restMs(key),
  };
}

class ReplicaReconciler<O extends Replicated> {
  readonly #context: ControllerContext;
  readonly #which: ReplicaKind<O>;
  readonly #owners: OwnerKind<O>;
  readonly #pods: OwnedPods<O>;
  readonly #status: StatusWriter<O>;

  constructor(context: ControllerContext, which: ReplicaKind<O>) {
    this.#context = context;
    this.#which = which;
    this.#owners = which.owners(context);
    this.#pods = new OwnedPods(context, this.#owners);
    this.#status = new StatusWriter(context.clock, this.#owners);
    indexByController(this.#owners.informer);
  }

  get watches() {
    return [watch(this.#owners.informer, (set) => [keyOf(set)]), this.#pods.watch];
  }

  async reconcile(key: string): Promise<Result | undefined> {
    const set = this.#owners.informer.lister.byKey(key);
    if (!set) {
      this.#pods.forget(key);
      return undefined;
    }
    const wait = this.#status.behindMs(key);
    if (wait > 0) return { requeueAfter: wait };
    // Asked before the claim, which waits for the API: expectations that are met meanwhile say nothing of the pods counted here.
    const settled = this.#pods.settled(set);
    const active = await this.#pods.claim(set, isPodActive);
    const plan = settled && !isBeingDeleted(set) ? this.#plan(set, active) : NOTHING;
    const { failure } = await this.#pods.apply(set, this.#changes(set, plan));
    // Also after a failure, which the condition ReplicaFailure reports.
    await this.#writeStatus(set, { active, ...this.#terminating(set), ...reported(plan, failure) });
    if (failure) throw failure;
    return whenNextAvailable(active, set.spec?.minReadySeconds ?? 0, this.#context.clock.now());
  }

  restMs(key: string): number {
    return this.#pods.restMs(key);
  }

  #plan(set: Readonly<O>, active: readonly Readonly<Pod>[]): Plan {
    const now = this.#context.clock.now();
    return planReplicas(set.spec?.replicas ?? 1, active, () => this.#related(set), now);
  }

  #changes(set: Readonly<O>, plan: Plan): PodChanges {
    if (plan.action === 'delete') return { remove: plan.pods };
    if (plan.action === 'none') return {};
    const owner = controllerReference(this.#owners.kind, set);
    const pod = () => podFromTemplate(set.spec?.template ?? {}, namespaceOf(set), nameOf(set), owner);
    return { create: Array.from({ length: plan.count }, pod) };
  }

  #terminating(set: Readonly<O>): Pick<Observed, 'terminating'> {
    if (!this.#which.countsTerminating) return {};
    return { terminating: this.#pods.of(set).filter(isPodTerminating).length };
  }

  /** Pods of all sets with the same owner are related: a deployment's old and new pods share nodes. */
  #related(set: Readonly<O>) {
    const owner = controllerOf(set);
    const sets = owner ? this.#owners.informer.lister.byIndex(BY_CONTROLLER, owner.uid) : [set];
    return podsOnSameNode(sets.flatMap((one) => this.#pods.of(one)).filter(isPodActive));
  }

  async #writeStatus(set: Readonly<O>, observed: Observed): Promise<void> {
    const now = this.#context.clock.now();
    await this.#status.write(set, statusOf(set, observed, now, rfc3339(now)));
  }
}

const NOTHING: Plan = { action: 'none' };

function reported(plan: Plan, failure: unknown): Pick<Observed, 'failure'> {
  if (failure === undefined) return {};
  const message = messageOf(failure);
  return { failure: { reason: plan.action === 'create' ? 'FailedCreate' : 'FailedDelete', message } };
}
