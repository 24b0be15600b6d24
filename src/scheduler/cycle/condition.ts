// The PodScheduled condition of a pod that got no node, written through pods/status.
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { Client } from '../../client/client.ts';
import { rfc3339 } from '../../kit/clock.ts';
import type { Failure } from './scheduling-cycle.ts';

/** Writes PodScheduled=False and the nominated node; nothing when the pod says so already. */
export async function markUnscheduled(
  client: Client,
  pod: Readonly<Pod>,
  failure: Failure,
  now: number,
): Promise<void> {
  const status = { ...conditionPatch(pod, failure, now), ...nominationPatch(pod, failure) };
  if (Object.keys(status).length === 0) return;
  const patch = { metadata: { uid: pod.metadata.uid }, status };
  await client.patch(Pod, nameOf(pod), namespaceOf(pod), 'strategic', patch, { subresource: 'status' });
}

function conditionPatch(pod: Readonly<Pod>, { rejected, message }: Failure, now: number) {
  const reason = rejected ? 'Unschedulable' : 'SchedulerError';
  const before = conditionOf(pod, 'PodScheduled');
  const isFalse = before?.status === 'False';
  if (isFalse && before.message === message && before.reason === reason) return {};
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason,
    message,
    lastTransitionTime: isFalse ? before.lastTransitionTime : rfc3339(now),
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
  };
  return { conditions: [condition] };
}

function nominationPatch(pod: Readonly<Pod>, { nominatedNode }: Failure) {
  if (nominatedNode === undefined || nominatedNode === (pod.status?.nominatedNodeName ?? '')) return {};
  return { nominatedNodeName: nominatedNode };
}
