// A new node takes no pods until it has been seen ready.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import { objectAs, type Plugin, resourceOf } from './plugin.ts';

const NOT_READY = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' } as const;

export const taintNodesByCondition: Plugin = {
  name: 'TaintNodesByCondition',
  admit(attributes) {
    if (attributes.operation !== 'CREATE' || resourceOf(attributes) !== 'nodes') return;
    const node = objectAs<Node>(attributes.object);
    const has = node.spec?.taints?.some(
      ({ key, effect }) => key === NOT_READY.key && effect === NOT_READY.effect,
    );
    if (!has) node.spec = { ...node.spec, taints: [...(node.spec?.taints ?? []), { ...NOT_READY }] };
  },
};
