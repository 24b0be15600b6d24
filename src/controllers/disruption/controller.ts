// Promise: the status of every pod disruption budget says how many of its pods may be evicted now; the eviction API
// enforces it. Also takes the condition DisruptionTarget back from pods that were not deleted after all.
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { PodDisruptionBudget } from '../../api/kinds/policy/v1/pod-disruption-budget.ts';
import { keyOf, labelsOf, nameOf, namespaceOf, splitKey } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { labelSelectorOf } from '../../api/selectors/label-selector.ts';
import { isConflict, isNotFound } from '../../api/status/status-error.ts';
import { referenceTo } from '../../client/events/events.ts';
import { BY_NAMESPACE, indexByNamespace } from '../../client/informer/indices.ts';
import type { Informer } from '../../client/informer/informer.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { messageOf } from '../../kit/message-of.ts';
import { type Controller, type ControllerContext, type Result, watch } from '../framework/controller.ts';
import { OwnWrites } from '../framework/own-writes.ts';
import { clearDisrupted, msUntilStale } from '../framework/pods/disruption.ts';
import { restAfter } from '../framework/rest.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { OwnerScales } from './owner-scales.ts';
import { type Counted, countedFor, failedStatus, pendingDisruptions, statusOf } from './plan.ts';

/** Prefix of the keys of pods that have the condition DisruptionTarget. */
const DISRUPTED = 'disrupted-pod:';

export function createDisruptionController(context: ControllerContext): Controller {
  const budgets = context.informers.informer(PodDisruptionBudget);
  const pods = context.informers.informer(Pod);
  indexByNamespace(budgets);
  indexByNamespace(pods);
  const scales = new OwnerScales(context);
  const reconciler = new BudgetReconciler(context, budgets, pods, scales);
  return {
    name: 'disruption-controller',
    watches: [
      watch(budgets, (budget) => [keyOf(budget)]),
      watch(pods, {
        onAdd: (pod) => [...reconciler.budgetsOfSeen(pod), ...disruptedKeys(pod)],
        onUpdate: (pod, old) =>
          new Set([...reconciler.budgetsOfSeen(pod), ...reconciler.budgetsOf(old), ...disruptedKeys(pod)]),
        onDelete: (pod) => reconciler.budgetsOfSeen(pod),
      }),
      ...scales.watches,
    ],
    reconcile: (key) =>
      key.startsWith(DISRUPTED)
        ? reconciler.reconcileDisrupted(key.slice(DISRUPTED.length))
        : reconciler.reconcile(key),
    restMs: (key) =>
      key.startsWith(DISRUPTED)
        ? 0
        : restAfter(pods.lister.countByIndex(BY_NAMESPACE, splitKey(key).namespace)),
  };

  function disruptedKeys(pod: Readonly<Pod>): string[] {
    return msUntilStale(pod, context.clock.now()) === undefined ? [] : [DISRUPTED + keyOf(pod)];
  }
}

class BudgetReconciler {
  readonly #context: ControllerContext;
  readonly #budgets: Informer<PodDisruptionBudget & KubeObject>;
  readonly #pods: Informer<Pod & KubeObject>;
  readonly #scales: OwnerScales;
  readonly #writes: OwnWrites;

  constructor(
    context: ControllerContext,
    budgets: Informer<PodDisruptionBudget & KubeObject>,
    pods: Informer<Pod & KubeObject>,
    scales: OwnerScales,
  ) {
    this.#context = context;
    this.#budgets = budgets;
    this.#pods = pods;
    this.#scales = scales;
    this.#writes = new OwnWrites(context.clock);
  }

  budgetsOf(pod: Readonly<Pod>): string[] {
    return this.#budgets.lister
      .byIndex(BY_NAMESPACE, namespaceOf(pod))
      .filter((budget) => labelSelectorOf(budget.spec?.selector).matches(labelsOf(pod)))
      .map(keyOf);
  }

  /** Says it when they are several: such a pod cannot be evicted. */
  budgetsOfSeen(pod: Readonly<Pod>): string[] {
    const keys = this.budgetsOf(pod);
    if (keys.length > 1) {
      const chosen = splitKey(keys[0]!).name;
      const message = `Pod "${namespaceOf(pod)}"/"${nameOf(pod)}" matches multiple PodDisruptionBudgets.  Chose "${chosen}" arbitrarily.`;
      const { events } = this.#context;
      events.record(referenceTo(Pod, pod), 'Warning', 'MultiplePodDisruptionBudgets', message);
    }
    return keys;
  }

  async reconcileDisrupted(key: string): Promise<Result | undefined> {
    const pod = this.#pods.lister.byKey(key);
    const wait = pod && msUntilStale(pod, this.#context.clock.now());
    if (!pod || wait === undefined) return undefined;
    if (wait > 0) return { requeueAfter: wait };
    await clearDisrupted(this.#context, pod);
    return undefined;
  }

  async reconcile(key: string): Promise<Result | undefined> {
    const budget = this.#budgets.lister.byKey(key);
    if (!budget) return undefined;
    const wait = this.#writes.behindMs(key, this.#budgets.lister);
    if (wait > 0) return { requeueAfter: wait };
    try {
      return await this.#sync(key, budget);
    } catch (error) {
      // As long as it is not known how many evictions are safe, none is.
      if (!isConflict(error)) await this.#write(budget, failedStatus(budget, messageOf(error), this.#time()));
      throw error;
    }
  }

  async #sync(key: string, budget: Readonly<PodDisruptionBudget>): Promise<Result | undefined> {
    const selector = labelSelectorOf(budget.spec?.selector);
    const pods = this.#pods.lister
      .byIndex(BY_NAMESPACE, namespaceOf(budget))
      .filter((pod) => selector.matches(labelsOf(pod)));
    if (pods.length === 0) this.#record(budget, 'Normal', 'NoPods', 'No matching pods found');
    const counted = await this.#count(budget, pods);
    const disrupted = pendingDisruptions(budget, pods, this.#context.clock.now());
    for (const pod of disrupted.overdue)
      this.#context.events.record(
        referenceTo(Pod, pod),
        'Warning',
        'NotDeleted',
        `Pod was expected by PDB ${key} to be deleted but it wasn't`,
      );
    await this.#write(budget, statusOf(budget, pods, counted, disrupted, this.#time()));
    return disrupted.recheck === undefined ? undefined : { requeueAfter: disrupted.recheck };
  }

  async #count(budget: Readonly<PodDisruptionBudget>, pods: readonly Readonly<Pod>[]): Promise<Counted> {
    try {
      return await countedFor(budget, pods, async () => {
        const { replicas, unmanaged } = await this.#scales.of(pods);
        if (unmanaged) this.#recordUnmanaged(budget);
        return replicas;
      });
    } catch (error) {
      const message = `Failed to calculate the number of expected pods: ${messageOf(error)}`;
      this.#record(budget, 'Warning', 'CalculateExpectedPodCountFailed', message);
      throw error;
    }
  }

  async #write(
    budget: Readonly<PodDisruptionBudget>,
    status: NonNullable<PodDisruptionBudget['status']>,
  ): Promise<void> {
    if (sameMeaning(budget.status, status)) return;
    const { client } = this.#context;
    const options = { subresource: 'status' };
    try {
      const written = await client.update(PodDisruptionBudget, { ...budget, status }, options);
      this.#writes.wrote(keyOf(budget), written);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
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

  #time(): string {
    return rfc3339(this.#context.clock.now());
  }
}
