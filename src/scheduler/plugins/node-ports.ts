// Two pods cannot claim one host port on one node (an address of 0.0.0.0 claims it on all addresses).
import type { HostPortClaim } from '../cache/pod-info.ts';
import type { FilterPlugin } from '../framework/plugin.ts';

const collide = (a: HostPortClaim, b: HostPortClaim) =>
  a.port === b.port &&
  a.protocol === b.protocol &&
  (a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0');

export const nodePorts: FilterPlugin = {
  name: 'NodePorts',
  filter(_state, { hostPorts }, node) {
    if (hostPorts.length === 0) return undefined;
    for (const other of node.pods.values())
      if (other.hostPorts.some((there) => hostPorts.some((wanted) => collide(wanted, there))))
        return { reasons: ["node(s) didn't have free ports for the requested pod ports"] };
    return undefined;
  },
};
