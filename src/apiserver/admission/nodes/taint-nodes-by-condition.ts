// A new node is tainted not-ready, so that no pods are scheduled to it until the node lifecycle controller sees it ready and
// removes the taint. Upstream: plugin/pkg/admission/nodetaint.
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { NOT_READY } from '../../../api/nodes/taints.ts';
import { concerns } from '../../registry/admission.ts';
import type { Plugin } from '../plugin.ts';

const TAINT = { key: NOT_READY, effect: 'NoSchedule' } as const;

export const taintNodesByCondition: Plugin = {
  name: 'TaintNodesByCondition',
  admit(attributes) {
    if (attributes.operation !== 'CREATE' || !concerns(attributes, Node)) return;
    const node = attributes.object;
    const has = node?.spec?.taints?.some(({ key, effect }) => key === TAINT.key && effect === TAINT.effect);
    if (node && !has) node.spec = { ...node.spec, taints: [...(node.spec?.taints ?? []), { ...TAINT }] };
  },
};
