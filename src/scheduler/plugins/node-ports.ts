// Two pods cannot use one host port of a node (the address 0.0.0.0 stands for all addresses).
import type { HostPortClaim } from '../cache/pod-info.ts';
import type { FilterPlugin, PreFilterPlugin } from '../framework/plugin.ts';
import { SKIP, SUCCESS, unschedulable } from '../framework/status.ts';

const portsTaken = unschedulable("node(s) didn't have free ports for the requested pod ports");

const conflict = (a: HostPortClaim, b: HostPortClaim) =>
  a.port === b.port &&
  a.protocol === b.protocol &&
  (a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0');

export const nodePorts: PreFilterPlugin & FilterPlugin = {
  name: 'NodePorts',
  preFilter: (_state, { hostPorts }) => ({ status: hostPorts.length > 0 ? SUCCESS : SKIP }),
  filter(_state, { hostPorts }, node) {
    for (const other of node.pods.values())
      if (other.hostPorts.some((used) => hostPorts.some((wanted) => conflict(wanted, used))))
        return portsTaken;
    return SUCCESS;
  },
};
