// Whether a node is ready, and the text that shows it. Used by controllers, host ports, columns and `tiphys status`.
import type { Node } from '../kinds/core/v1/node.ts';
import { conditionOf } from '../meta/v1/conditions.ts';

/** Also false for a node whose kubelet has stopped reporting (Unknown) or has never reported. */
export const isNodeReady = (node: Readonly<Node> | undefined): boolean =>
  node !== undefined && conditionOf(node, 'Ready')?.status === 'True';

/** STATUS in `kubectl get nodes`: `Ready`, `NotReady` or `Unknown`, with `,SchedulingDisabled` when cordoned. */
export function nodeStatusText(node: Readonly<Node>): string {
  const ready = conditionOf(node, 'Ready');
  const state = !ready ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return node.spec?.unschedulable ? `${state},SchedulingDisabled` : state;
}
