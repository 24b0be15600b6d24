// A pod that names its node fits there only.
import type { FilterPlugin } from '../framework/plugin.ts';
import { SUCCESS, unresolvable } from '../framework/status.ts';

const otherNode = unresolvable("node(s) didn't match the requested node name");

export const nodeName: FilterPlugin = {
  name: 'NodeName',
  filter: (_state, { pod }, node) =>
    !pod.spec?.nodeName || pod.spec.nodeName === node.name ? SUCCESS : otherNode,
  signPod: ({ pod }) => pod.spec?.nodeName ?? '',
  obstacles:
    (_state, { pod }) =>
    () => [{ type: 'NodeName', wanted: pod.spec?.nodeName ?? '' }],
  mayFitAfter: (_pod, { type }) => type === 'NodeAdded',
};
