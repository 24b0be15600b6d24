// A cordoned node takes only pods that tolerate it.

import { tolerates } from '../../api/nodes/taints.ts';
import type { FilterPlugin } from '../framework/plugin.ts';

const taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;

export const nodeUnschedulable: FilterPlugin = {
  name: 'NodeUnschedulable',
  filter(_state, { pod }, node) {
    if (!node.node?.spec?.unschedulable || tolerates(pod.spec?.tolerations, taint)) return undefined;
    return { reasons: ['node(s) were unschedulable'], final: true };
  },
};
