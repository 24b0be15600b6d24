// Promise: the status of every pod disruption budget says how many of its pods may be evicted now; the eviction API
// enforces it. Difference: for owners other than deployments, replica sets, replication controllers and stateful sets the
// expected count is the number of present pods (upstream reads their scale subresource). Not done: resetting the condition
// DisruptionTarget of a pod that was not deleted after all.
import { Deployment } from '../../api/kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { ReplicationController } from '../../api/kinds/core/v1/replication-controller.ts';
import { PodDisruptionBudget } from '../../api/kinds/policy/v1/pod-disruption-budget.ts';
import { controllerOf, keyOf, labelsOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { OwnerReference } from '../../api/meta/v1/object-meta.ts';
import type { AnyResource, KubeObject } from '../../api/meta/v1/resource.ts';
import { labelSelectorOf } from '../../api/selectors/label-selector.ts';
import { referenceTo } from '../../client/events/events.ts';
import { BY_NAMESPACE, indexByNamespace } from '../../client/informer/indices.ts';
import type { Informer } from '../../client/informer/informer.ts';
import { rfc3339 } from '../../kit/clock.ts';
import {
  type Controller,
  type ControllerContext,
  type Result,
  reads,
  watch,
} from '../framework/controller.ts';
import { OwnWrites } from '../framework/own-writes.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { countedFor, pendingDisruptions, statusOf } from './plan.ts';

interface Scalable extends KubeObject {
  readonly spec?: { readonly replicas?: number };
}

type GetScalable = (name: string, namespace: string) => Readonly<Scalable> | undefined;

/** The cached objects of a kind with spec.replicas. */
function scalables<R extends AnyResource>({ informers }: ControllerContext, kind: R) {
  const informer = informers.informer(kind);
  const get: GetScalable = (name, namespace) => informer.lister.get(name, namespace);
  return { kind: kind.resource.kind, get, watch: reads(informer) };
}

export function createDisruptionController(context: ControllerContext): Controller {
  const budgets = context.informers.informer(PodDisruptionBudget);
  const pods = context.informers.informer(Pod);
  const owners = [Deployment, ReplicaSet, ReplicationController, StatefulSet].map((kind) =>
    scalables(context, kind),
  );
  indexByNamespace(budgets);
  indexByNamespace(pods);
  const byKind = new Map(owners.map(({ kind, get }) => [kind, get]));
  const reconciler = new BudgetReconciler(context, budgets, pods, byKind);
  return {
    name: 'disruption-controller',
    watches: [
      watch(budgets, (budget) => [keyOf(budget)]),
      watch(pods, {
        onAdd: (pod) => reconciler.budgetsOf(pod),
        onUpdate: (pod, old) => new Set([...reconciler.budgetsOf(pod), ...reconciler.budgetsOf(old)]),
        onDelete: (pod) => reconciler.budgetsOf(pod),
      }),
      ...owners.map(({ watch }) => watch),
    ],
    reconcile: (key) => reconciler.reconcile(key),
  };
}

class BudgetReconciler {
  readonly #context: ControllerContext;
  readonly #budgets: Informer<PodDisruptionBudget & KubeObject>;
  readonly #pods: Informer<Pod & KubeObject>;
  readonly #owners: ReadonlyMap<string, GetScalable>;
  readonly #writes: OwnWrites;

  constructor(
    context: ControllerContext,
    budgets: Informer<PodDisruptionBudget & KubeObject>,
    pods: Informer<Pod & KubeObject>,
    owners: ReadonlyMap<string, GetScalable>,
  ) {
    this.#context = context;
    this.#budgets = budgets;
    this.#pods = pods;
    this.#owners = owners;
    this.#writes = new OwnWrites(context.clock);
  }

  budgetsOf(pod: Readonly<Pod>): string[] {
    return this.#budgets.lister
      .byIndex(BY_NAMESPACE, namespaceOf(pod))
      .filter((budget) => labelSelectorOf(budget.spec?.selector).matches(labelsOf(pod)))
      .map(keyOf);
  }

  async reconcile(key: string): Promise<Result | undefined> {
    const budget = this.#budgets.lister.byKey(key);
    if (!budget) return undefined;
    const wait = this.#writes.behindMs(key, this.#budgets.lister);
    if (wait > 0) return { requeueAfter: wait };
    const selector = labelSelectorOf(budget.spec?.selector);
    const pods = this.#pods.lister
      .byIndex(BY_NAMESPACE, namespaceOf(budget))
      .filter((pod) => selector.matches(labelsOf(pod)));
    if (pods.length === 0) this.#record(budget, 'Normal', 'NoPods', 'No matching pods found');
    const now = this.#context.clock.now();
    const disrupted = pendingDisruptions(budget, pods, now);
    for (const pod of disrupted.overdue)
      this.#context.events.record(
        referenceTo(Pod, pod),
        'Warning',
        'NotDeleted',
        `Pod was expected by PDB ${key} to be deleted but it wasn't`,
      );
    const counted = countedFor(budget, pods, () => this.#scale(budget, pods));
    await this.#write(budget, statusOf(budget, pods, counted, disrupted, rfc3339(now)));
    return disrupted.recheck === undefined ? undefined : { requeueAfter: disrupted.recheck };
  }

  async #write(
    budget: Readonly<PodDisruptionBudget>,
    status: NonNullable<PodDisruptionBudget['status']>,
  ): Promise<void> {
    if (sameMeaning(budget.status, status)) return;
    const { client } = this.#context;
    const written = await client.update(
      PodDisruptionBudget,
      { ...budget, status },
      { subresource: 'status' },
    );
    this.#writes.wrote(keyOf(budget), written);
  }

  /** The sum of the desired replicas of the pods' owners, each owner counted once. */
  #scale(budget: Readonly<PodDisruptionBudget>, pods: readonly Readonly<Pod>[]): number {
    const wanted = new Map<string, number>();
    let unmanaged = 0;
    for (const pod of pods) {
      const owner = controllerOf(pod);
      if (!owner) unmanaged++;
      else if (!wanted.has(owner.uid)) {
        const [uid, replicas] = this.#wantedBy(owner, namespaceOf(pod), pods);
        wanted.set(owner.uid, 0);
        wanted.set(uid, replicas);
      }
    }
    if (unmanaged > 0) this.#recordUnmanaged(budget);
    return [...wanted.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The topmost known owner and its replicas: a deployment rather than one of its replica sets. */
  #wantedBy(owner: OwnerReference, namespace: string, pods: readonly Readonly<Pod>[]): [string, number] {
    const found = this.#owners.get(owner.kind)?.(owner.name, namespace);
    if (!found || found.metadata.uid !== owner.uid)
      return [owner.uid, pods.filter((pod) => controllerOf(pod)?.uid === owner.uid).length];
    const above = owner.kind === 'ReplicaSet' ? controllerOf(found) : undefined;
    if (above?.kind === 'Deployment') return this.#wantedBy(above, namespace, pods);
    return [owner.uid, found.spec?.replicas ?? 1];
  }

  #recordUnmanaged(budget: Readonly<PodDisruptionBudget>): void {
    const selector = labelSelectorOf(budget.spec?.selector).toString();
    this.#record(
      budget,
      'Warning',
      'UnmanagedPods',
      `Pods selected by this PodDisruptionBudget (selector: ${selector}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`,
    );
  }

  #record(
    budget: Readonly<PodDisruptionBudget>,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
  ): void {
    this.#context.events.record(referenceTo(PodDisruptionBudget, budget), type, reason, message);
  }
}
