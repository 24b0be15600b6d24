// A cordoned node takes only pods that tolerate it.
import { tolerates } from '../../api/nodes/taints.ts';
import type { NodeInfo } from '../cache/node-info.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import { nodeNowSuits } from '../framework/cluster-events.ts';
import type { FilterPlugin } from '../framework/plugin.ts';
import { SUCCESS, unresolvable } from '../framework/status.ts';

const taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;
const cordoned = unresolvable('node(s) were unschedulable');

const suits = ({ pod }: PodInfo, { node }: NodeInfo): boolean =>
  !node?.spec?.unschedulable || tolerates(pod.spec?.tolerations, taint);

export const nodeUnschedulable: FilterPlugin = {
  name: 'NodeUnschedulable',
  filter: (_state, pod, node) => (suits(pod, node) ? SUCCESS : cordoned),
  signPod: ({ pod }) => (tolerates(pod.spec?.tolerations, taint) ? 'tolerates' : ''),
  obstacles: () => () => [{ type: 'Cordon' }],
  mayFitAfter: (pod, event) => nodeNowSuits(event, (node) => suits(pod, node)),
};
