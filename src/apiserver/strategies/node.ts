// Nodes: a kubelet registers its node together with a status.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Strategy } from '../registry/strategy.ts';

export const nodeStrategy: Strategy<Node> = { keepsStatusOnCreate: true };
