// Nodes: a kubelet registers its node with a status, which is kept. Upstream: pkg/registry/core/node/strategy.go.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Strategy } from '../registry/strategy.ts';

export const nodeStrategy: Strategy<Node> = { keepsStatusOnCreate: true };
