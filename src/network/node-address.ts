// The address of a node on the network of the nodes. One of loopback is none: simulated nodes have such, and nothing leads to
// their pods. Security: a node's own credentials write it, and others connect to it: no name, and no 0.0.0.0, which is this machine.
import type { Node } from '../api/kinds/core/v1/node.ts';
import { scopeOf } from '../kit/ip-scope.ts';

export const internalAddresses = ({ status }: Readonly<Node>): string[] =>
  (status?.addresses ?? []).flatMap(({ type, address }) =>
    type === 'InternalIP' && scopeOf(address) === 'global' ? [address] : [],
  );

export const internalAddress = (node: Readonly<Node>): string | undefined => internalAddresses(node)[0];
