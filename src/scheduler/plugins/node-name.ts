// A pod that names its node fits there only.
import type { FilterPlugin } from '../framework/plugin.ts';

export const nodeName: FilterPlugin = {
  name: 'NodeName',
  filter(_state, { pod }, node) {
    if (!pod.spec?.nodeName || pod.spec.nodeName === node.name) return undefined;
    return { reasons: ["node(s) didn't match the requested node name"], final: true };
  },
};
