// Pods of a PodGroup with a gang policy are scheduled all or none: none is tried before minCount of them are there, and none is bound
// before minCount of them have a node. Upstream: pkg/scheduler/framework/plugins/gangscheduling.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { namespaceOf } from '../../api/meta/v1/object.ts';
import type { PermitPlugin, Plugin, PreEnqueuePlugin } from '../framework/plugin.ts';
import { errorStatus, SUCCESS, unresolvable } from '../framework/status.ts';
import type { WaitingPods } from '../framework/waiting-pods.ts';
import { type GroupMembers, groupOf } from '../gangs/group-members.ts';

export const GANG_SCHEDULING = 'GangScheduling';

/** How long a pod holds its node while others of its gang have none. */
const PERMIT_TIMEOUT_MS = 5 * 60_000;

export interface GangSources {
  readonly members: GroupMembers;
  /** Whether the pod has a node, or is assumed on one. */
  readonly isPlaced: (uid: string) => boolean;
  readonly waitingPods: Pick<WaitingPods, 'get'>;
}

/** Without sources, when the feature is off, a plugin that takes no part in anything. */
export function gangScheduling(sources: GangSources | undefined): Plugin | (PreEnqueuePlugin & PermitPlugin) {
  const name = GANG_SCHEDULING;
  if (!sources) return { name };
  const { members, isPlaced, waitingPods } = sources;
  return {
    name,
    preEnqueue({ pod }) {
      const group = groupOf(pod);
      if (!group) return SUCCESS;
      const found = members.group(pod);
      if (!found)
        return unresolvable(
          `waiting for pods's pod group ${JSON.stringify(group)} to appear in scheduling queue`,
        );
      const { gang } = found.spec.schedulingPolicy;
      if (!gang || members.of(pod).size >= gang.minCount) return SUCCESS;
      return unresolvable('waiting for minCount pods from a gang to appear in scheduling queue');
    },
    permit(_state, { pod }) {
      if (!groupOf(pod)) return { status: SUCCESS };
      const found = members.group(pod);
      if (!found) return { status: errorStatus(notFound(pod)) };
      const { gang } = found.spec.schedulingPolicy;
      if (!gang) return { status: SUCCESS };
      const placed = [...members.of(pod)].filter(isPlaced);
      if (placed.length < gang.minCount)
        return {
          status: { code: 'Wait', reasons: ['waiting for minCount pods from a gang to be scheduled'] },
          timeoutMs: PERMIT_TIMEOUT_MS,
        };
      for (const uid of placed) waitingPods.get(uid)?.allow(name);
      return { status: SUCCESS };
    },
  };
}

function notFound(pod: Readonly<Pod>): string {
  const group = groupOf(pod);
  return `failed to get podGroup ${namespaceOf(pod)}/${group}: podgroup.scheduling.k8s.io ${JSON.stringify(group)} not found`;
}
