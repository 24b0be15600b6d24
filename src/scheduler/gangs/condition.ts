// The PodGroupScheduled condition of a pod group, written through podgroups/status after each of its scheduling cycles.
import { PodGroup } from '../../api/kinds/scheduling/v1alpha2/pod-group.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { Client } from '../../client/client.ts';
import { rfc3339 } from '../../kit/clock.ts';
import type { GroupOutcome } from './group-cycle.ts';

const TYPE = 'PodGroupScheduled';

/** Nothing is written when the group says so already. A group that was scheduled once stays so, whatever becomes of further pods. */
export async function markGroup(
  client: Pick<Client, 'patch'>,
  group: Readonly<PodGroup>,
  { reason, message }: Pick<GroupOutcome, 'reason' | 'message'>,
  now: number,
): Promise<void> {
  const status = reason === 'Scheduled' ? 'True' : 'False';
  const before = conditionOf(group, TYPE);
  if (before?.status === 'True' && status === 'False') return;
  if (before?.status === status && before.reason === reason && before.message === message) return;
  const condition = {
    ...{ type: TYPE, status, reason, message },
    lastTransitionTime: before?.status === status ? before.lastTransitionTime : rfc3339(now),
    ...(group.metadata.generation !== undefined && { observedGeneration: group.metadata.generation }),
  };
  const others = (group.status?.conditions ?? []).filter(({ type }) => type !== TYPE);
  const patch = { metadata: { uid: group.metadata.uid }, status: { conditions: [...others, condition] } };
  await client.patch(PodGroup, nameOf(group), namespaceOf(group), 'merge', patch, { subresource: 'status' });
}
