// The PodScheduled condition of a pod that found no node.

import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { Client } from '../../client/client.ts';
import { rfc3339 } from '../../kit/clock.ts';

/** Writes PodScheduled=False, Unschedulable with `message`; nothing when it says so already. */
export async function markUnschedulable(
  client: Client,
  pod: Readonly<Pod>,
  message: string,
  now: number,
): Promise<void> {
  const before = conditionOf(pod, 'PodScheduled');
  if (before?.status === 'False' && before.message === message) return;
  const lastTransitionTime = before?.status === 'False' ? before.lastTransitionTime : rfc3339(now);
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
    lastTransitionTime,
  };
  const patch = { metadata: { uid: pod.metadata.uid }, status: { conditions: [condition] } };
  await client.patch(Pod, nameOf(pod), namespaceOf(pod), 'strategic', patch, { subresource: 'status' });
}
