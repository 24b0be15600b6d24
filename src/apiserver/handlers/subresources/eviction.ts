// POST pods/NAME/eviction: a deletion that the pod's PodDisruptionBudget must allow. The budget's status is updated before the
// pod is deleted, so that concurrent evictions cannot use the same disruption twice.
// Upstream: pkg/registry/core/pod/storage/eviction.go.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { Eviction } from '../../../api/kinds/policy/v1/eviction.ts';
import type { PodDisruptionBudget } from '../../../api/kinds/policy/v1/pod-disruption-budget.ts';
import { isPodActive } from '../../../api/pods/phase.ts';
import { isPodReady } from '../../../api/pods/readiness.ts';
import { labelSelectorOf } from '../../../api/selectors/label-selector.ts';
import { failure, isNotFound, type StatusError } from '../../../api/status/status-error.ts';
import { SUCCESS } from '../../registry/bind-pod.ts';
import type { StoredResource } from '../../registry/stored/stored-resource.ts';
import type { WriteContext } from '../../registry/write-context.ts';
import type { Item } from '../../watch-cache/item.ts';
import { jsonAnswer } from '../answers/answers.ts';
import { decodeObject } from '../body.ts';
import { type Handler, writeContext } from '../call.ts';

export type Budgets = StoredResource<PodDisruptionBudget>;

export const evictionHandler =
  (pods: StoredResource<Pod>, budgets: Budgets): Handler =>
  async (call) => {
    const { info, request } = call;
    const { deleteOptions = {} } = decodeObject<Eviction>(call, Eviction, await request.body());
    const pod = await pods.get(info.namespace, info.name);
    const dryRun = writeContext(call).dryRun || (deleteOptions.dryRun ?? []).includes('All');
    const write = writeContext(call, dryRun);
    if (needsBudget(pod.object)) await spendBudget(budgets, pod, write);
    await pods.delete(info.name, deleteOptions, { ...write, subresource: '' });
    return jsonAnswer(201, SUCCESS);
  };

const needsBudget = (pod: Pod): boolean => isPodActive(pod) && pod.status?.phase !== 'Pending';

/** Decrements disruptionsAllowed of the budget that selects the pod, if there is one; throws a 429 if none is left. A budget
 *  that is deleted meanwhile allows the eviction. */
async function spendBudget(budgets: Budgets, pod: Item<Pod>, write: WriteContext): Promise<void> {
  const matching = budgets.cache
    .items(pod.namespace)
    .filter(({ object }) => labelSelectorOf(object.spec?.selector).matches(pod.labels));
  if (matching.length > 1)
    throw failure(
      500,
      'InternalError',
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  const [budget] = matching;
  if (!budget || toleratesEviction(pod.object, budget.object)) return;
  const context = { ...write, subresource: 'status' };
  const spend = (current: (() => PodDisruptionBudget) | undefined) => spent(current!(), pod, write.now);
  await budgets.update(budget.name, spend, context).catch((error) => {
    if (!isNotFound(error)) throw error;
  });
}

/** An unready pod may be evicted while the budget is met, or always with unhealthyPodEvictionPolicy AlwaysAllow. */
function toleratesEviction(pod: Pod, { spec, status: budget }: PodDisruptionBudget): boolean {
  if (isPodReady(pod)) return false;
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = budget ?? {};
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

/** A budget whose status is older than its spec allows nothing; disruptedPods records the eviction until the pod is gone. */
function spent(budget: PodDisruptionBudget, pod: Item<Pod>, now: string): PodDisruptionBudget {
  const { status, metadata } = budget;
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0))
    throw tooMany(`The disruption budget ${metadata.name} is still being processed by the server.`);
  if ((status?.disruptionsAllowed ?? 0) <= 0)
    throw tooMany(
      `The disruption budget ${metadata.name} needs ${status?.desiredHealthy ?? 0} healthy pods and has ${status?.currentHealthy ?? 0} currently`,
    );
  status!.disruptionsAllowed = (status!.disruptionsAllowed ?? 0) - 1;
  status!.disruptedPods = { ...status!.disruptedPods, [pod.name]: now };
  return budget;
}

const tooMany = (message: string): StatusError =>
  failure(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: 'DisruptionBudget', message }],
  });
