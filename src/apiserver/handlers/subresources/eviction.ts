// POST pods/NAME/eviction: a deletion that the pod's PodDisruptionBudget must allow. The budget's status is updated before the
// pod is deleted, so that concurrent evictions cannot use the same disruption twice. Admission sees the Eviction, not the
// deletion; the update of the budget is the API server's own.
// Upstream: pkg/registry/core/pod/storage/eviction.go.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { PodCondition } from '../../../api/kinds/core/v1/pod-status.ts';
import { Eviction } from '../../../api/kinds/policy/v1/eviction.ts';
import type { PodDisruptionBudget } from '../../../api/kinds/policy/v1/pod-disruption-budget.ts';
import { conditionOf } from '../../../api/meta/v1/conditions.ts';
import type { DeleteOptions } from '../../../api/meta/v1/delete-options.ts';
import { Status } from '../../../api/meta/v1/status.ts';
import { isPodActive } from '../../../api/pods/phase.ts';
import { isPodReady } from '../../../api/pods/readiness.ts';
import { labelSelectorOf } from '../../../api/selectors/label-selector.ts';
import { badRequest, failure, isNotFound, type StatusError } from '../../../api/status/status-error.ts';
import type { Admission } from '../../registry/admission.ts';
import { admitted } from '../../registry/admitted.ts';
import { SUCCESS } from '../../registry/bind-pod.ts';
import { checkPreconditions } from '../../registry/stored/delete.ts';
import type { StoredResource } from '../../registry/stored/stored-resource.ts';
import { ownWrite, type WriteContext } from '../../registry/write-context.ts';
import type { Item } from '../../watch-cache/item.ts';
import { objectAnswer } from '../answers/answers.ts';
import { decodeObject } from '../body.ts';
import { type Handler, writeContext } from '../call.ts';

export type Budgets = StoredResource<PodDisruptionBudget>;

export const evictionHandler =
  (pods: StoredResource<Pod>, budgets: Budgets, admission: Admission): Handler =>
  async (call) => {
    const { info, request, resource, clock } = call;
    const object = decodeObject<Eviction>(call, Eviction, await request.body());
    const dryRun = writeContext(call).dryRun || (object.deleteOptions?.dryRun ?? []).includes('All');
    const write = writeContext(call, dryRun);
    const { name } = info;
    await admitted(
      admission,
      'CREATE',
      { kind: resource.kind, schema: Eviction, name, object, write },
      () => {
        if (object.metadata?.name !== name)
          throw badRequest('name in URL does not match name in Eviction object');
      },
    );
    const pod = await pods.get(info.namespace, name);
    const own = { ...ownWrite(clock, info.namespace), dryRun };
    if (needsBudget(pod.object)) await spendBudget(budgets, pod, own);
    const unadmitted = pods.withoutAdmission();
    const options = object.deleteOptions ?? {};
    const precise = dryRun ? options : await markEvicted(unadmitted, name, options, own);
    await unadmitted.delete(name, precise, { ...write, subresource: '' });
    return objectAnswer(call, 201, Status, SUCCESS);
  };

/** Writes the condition DisruptionTarget before the deletion: whoever sees the pod being deleted, such as the Job controller,
 *  sees why. Returns the options for that deletion, which follow the pod's new resourceVersion. */
async function markEvicted(
  pods: StoredResource<Pod>,
  name: string,
  options: DeleteOptions,
  write: WriteContext,
): Promise<DeleteOptions> {
  const { preconditions } = options;
  const { item } = await pods.update(
    name,
    (read) => {
      const pod = read!();
      checkPreconditions(pods, pod, options);
      return evicted(pod, write.now);
    },
    { ...write, subresource: 'status' },
  );
  if (preconditions?.resourceVersion === undefined) return options;
  const { resourceVersion } = item.object.metadata;
  return { ...options, preconditions: { ...preconditions, resourceVersion } };
}

function evicted(pod: Pod, now: string): Pod {
  const since = conditionOf(pod, 'DisruptionTarget');
  const condition: PodCondition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
    lastTransitionTime: (since?.status === 'True' && since.lastTransitionTime) || now,
  };
  const others = pod.status?.conditions?.filter((one) => one !== since) ?? [];
  return { ...pod, status: { ...pod.status, conditions: [...others, condition] } };
}

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
