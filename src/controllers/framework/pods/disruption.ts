// Records on a pod why a controller is about to delete it.
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { PodCondition } from '../../../api/kinds/core/v1/pod-status.ts';
import { conditionOf } from '../../../api/meta/v1/conditions.ts';
import { nameOf, namespaceOf } from '../../../api/meta/v1/object.ts';
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
  const patch = { status: { ...(phase && { phase }), conditions: [condition] } };
  await context.client.patch(Pod, nameOf(pod), namespaceOf(pod), 'strategic', patch, {
    subresource: 'status',
  });
}
