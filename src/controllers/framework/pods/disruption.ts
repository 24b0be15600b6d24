// Records on a pod why a controller is about to delete it, and takes that back.
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { PodCondition } from '../../../api/kinds/core/v1/pod-status.ts';
import { conditionOf } from '../../../api/meta/v1/conditions.ts';
import { isBeingDeleted, nameOf, namespaceOf } from '../../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../../api/pods/phase.ts';
import { isNotFound } from '../../../api/status/status-error.ts';
import { rfc3339 } from '../../../kit/clock.ts';
import type { ControllerContext } from '../controller.ts';

/** Sets the condition DisruptionTarget, and the phase when one is given. */
export async function markDisrupted(
  context: ControllerContext,
  pod: Readonly<Pod>,
  why: { readonly reason: string; readonly message: string },
  phase?: 'Failed',
): Promise<void> {
  const current = conditionOf(pod, 'DisruptionTarget');
  if (current?.status === 'True' && current.reason === why.reason && !phase) return;
  const condition: PodCondition = {
    type: 'DisruptionTarget',
    status: 'True',
    ...why,
    lastTransitionTime: rfc3339(context.clock.now()),
    ...(pod.metadata.generation && { observedGeneration: pod.metadata.generation }),
  };
  const { uid } = pod.metadata;
  const patch = { metadata: { uid }, status: { ...(phase && { phase }), conditions: [condition] } };
  await context.client.patch(Pod, nameOf(pod), namespaceOf(pod), 'strategic', patch, {
    subresource: 'status',
  });
}

/** Milliseconds after which a pod that was to be deleted and is not has no longer to be (upstream's stalePodDisruptionTimeout). */
const STALE_MS = 2 * 60_000;
/** The kubelet may take long to end a pod whose condition it set. */
const BY_KUBELET = 'TerminationByKubelet';

/** Milliseconds until the condition DisruptionTarget of a pod is out of date; undefined without one that can be. */
export function msUntilStale(pod: Readonly<Pod>, now: number): number | undefined {
  const condition = conditionOf(pod, 'DisruptionTarget');
  if (condition?.status !== 'True' || condition.reason === BY_KUBELET) return undefined;
  if (isBeingDeleted(pod) || isPodTerminal(pod)) return undefined;
  const since = condition.lastTransitionTime ? Date.parse(condition.lastTransitionTime) : 0;
  return Math.max(0, since + STALE_MS - now);
}

export async function clearDisrupted(context: ControllerContext, pod: Readonly<Pod>): Promise<void> {
  const { uid, generation } = pod.metadata;
  const condition = {
    ...{ type: 'DisruptionTarget', status: 'False', reason: null, message: null },
    lastTransitionTime: rfc3339(context.clock.now()),
    ...(generation && { observedGeneration: generation }),
  };
  const patch = { metadata: { uid }, status: { conditions: [condition] } };
  const options = { subresource: 'status' };
  try {
    await context.client.patch(Pod, nameOf(pod), namespaceOf(pod), 'strategic', patch, options);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
