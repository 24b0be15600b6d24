// POST pods/NAME/eviction: a deletion that asks the pod disruption budgets first.

import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { Eviction } from '../../../api/kinds/policy/v1/eviction.ts';
import { PodDisruptionBudget } from '../../../api/kinds/policy/v1/pod-disruption-budget.ts';
import { isPodActive } from '../../../api/pods/phase.ts';
import { isPodReady } from '../../../api/pods/readiness.ts';
import { labelSelectorOf } from '../../../api/selectors/label-selector.ts';
import { failure, isNotFound, notFound, type StatusError } from '../../../api/status/status-error.ts';
import { remove } from '../../registry/delete.ts';
import { type Served, targetOf } from '../../registry/served.ts';
import type { AnyObject } from '../../registry/strategy.ts';
import { update } from '../../registry/update.ts';
import type { Answer } from '../../request.ts';
import type { Item } from '../../watch-cache/item.ts';
import { jsonAnswer } from '../answers/answers.ts';
import { decodeObject } from '../body.ts';
import { type ResourceCall, writeContext } from '../context.ts';
import { SUCCESS } from './binding.ts';

export async function evict(call: ResourceCall): Promise<Answer> {
  const { served, shared, info } = call;
  const { deleteOptions = {} } = decodeObject<Eviction>(call, Eviction, await call.request.body());
  const item = served.cache.get(info.namespace, info.name);
  if (!item) throw notFound(targetOf(served), info.name);
  const dry = writeContext(call).dryRun || (deleteOptions.dryRun ?? []).includes('All');
  const pod = item.object as unknown as Pod;
  if (needsBudget(pod)) await spend(call, item, dry);
  await remove(shared, served, info.name, deleteOptions, { ...writeContext(call, dry), subresource: '' });
  return jsonAnswer(201, SUCCESS);
}

const needsBudget = (pod: Pod): boolean => isPodActive(pod) && pod.status?.phase !== 'Pending';

async function spend(call: ResourceCall, pod: Item, dry: boolean): Promise<void> {
  const { resource } = PodDisruptionBudget;
  const budgets = call.shared.served(resource.group, resource.version, resource.plural)!;
  const matching = budgets.cache.items(pod.namespace).filter((item) => {
    const { selector } = (item.object as unknown as PodDisruptionBudget).spec ?? {};
    return labelSelectorOf(selector).matches(pod.labels);
  });
  if (matching.length > 1)
    throw failure(
      500,
      'InternalError',
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  const [budget] = matching;
  if (
    !budget ||
    toleratesEviction(pod.object as unknown as Pod, budget.object as unknown as PodDisruptionBudget)
  )
    return;
  await take(call, budgets, budget, pod, dry);
}

/** A pod that is not ready may go while the budget is met, or always if the policy says so. */
function toleratesEviction(pod: Pod, { spec, status: budget }: PodDisruptionBudget): boolean {
  if (isPodReady(pod)) return false;
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = budget ?? {};
  return currentHealthy >= desiredHealthy && desiredHealthy > 0;
}

async function take(
  call: ResourceCall,
  budgets: Served,
  budget: Item,
  pod: Item,
  dryRun: boolean,
): Promise<void> {
  const context = { ...writeContext(call), namespace: pod.namespace, subresource: 'status', dryRun };
  const transform = (current: (() => AnyObject) | undefined) => {
    const object = current!();
    const { status } = object as unknown as PodDisruptionBudget;
    const outdated = (status?.observedGeneration ?? 0) < (object.metadata.generation ?? 0);
    if (outdated)
      throw tooMany(`The disruption budget ${budget.name} is still being processed by the server.`);
    if ((status?.disruptionsAllowed ?? 0) <= 0)
      throw tooMany(
        `The disruption budget ${budget.name} needs ${status?.desiredHealthy ?? 0} healthy pods and has ${status?.currentHealthy ?? 0} currently`,
      );
    status!.disruptionsAllowed = (status!.disruptionsAllowed ?? 0) - 1;
    status!.disruptedPods = { ...status!.disruptedPods, [pod.name]: context.now };
    return object;
  };
  await update(call.shared, budgets, budget.name, transform, context).catch((error) => {
    if (!isNotFound(error)) throw error;
  });
}

const tooMany = (message: string): StatusError =>
  failure(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: 'DisruptionBudget', message }],
  });
