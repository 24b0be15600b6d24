// Whether a node is ready, and the text in which that is shown. Asked by controllers, DNS, host ports and columns.
import type { Node } from '../kinds/core/v1/node.ts';
import { conditionOf } from '../meta/v1/conditions.ts';

/** False too for a node whose kubelet has stopped reporting (Unknown) or never has. */
export const isNodeReady = (node: Readonly<Node> | undefined): boolean =>
  node !== undefined && conditionOf(node, 'Ready')?.status === 'True';

/** STATUS in `kubectl get nodes`: `Ready`, `NotReady` or `Unknown`, with `,SchedulingDisabled` when cordoned. */
export function nodeStatusText(node: Readonly<Node>): string {
  const ready = conditionOf(node, 'Ready');
  const state = !ready ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return node.spec?.unschedulable ? `${state},SchedulingDisabled` : state;
}
