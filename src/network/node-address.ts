// The address of a node on the network of the nodes. One of loopback is none: simulated nodes have such, and nothing leads to
// their pods.
import type { Node } from '../api/kinds/core/v1/node.ts';

export const internalAddress = ({ status }: Readonly<Node>): string | undefined =>
  status?.addresses?.find(({ type, address }) => type === 'InternalIP' && !address.startsWith('127.'))
    ?.address;
