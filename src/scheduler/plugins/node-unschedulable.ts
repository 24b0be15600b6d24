// A cordoned node takes only pods that tolerate it.
import { tolerates } from '../../api/nodes/taints.ts';
import type { FilterPlugin } from '../framework/plugin.ts';
import { SUCCESS, unresolvable } from '../framework/status.ts';

const taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;
const cordoned = unresolvable('node(s) were unschedulable');

export const nodeUnschedulable: FilterPlugin = {
  name: 'NodeUnschedulable',
  filter: (_state, { pod }, node) =>
    !node.node?.spec?.unschedulable || tolerates(pod.spec?.tolerations, taint) ? SUCCESS : cordoned,
};
