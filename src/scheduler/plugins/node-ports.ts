// Two pods cannot use one host port of a node (the address 0.0.0.0 stands for all addresses).
import { conflictingPorts, hostPortsConflict } from '../../api/pods/host-ports.ts';
import { nameOfPod } from '../cache/pod-info.ts';
import type { FilterPlugin, PreFilterPlugin } from '../framework/plugin.ts';
import { SKIP, SUCCESS, unschedulable } from '../framework/status.ts';

const portsTaken = unschedulable("node(s) didn't have free ports for the requested pod ports");

export const nodePorts: PreFilterPlugin & FilterPlugin = {
  name: 'NodePorts',
  preFilter: (_state, { hostPorts }) => ({ status: hostPorts.length > 0 ? SUCCESS : SKIP }),
  filter(_state, { hostPorts }, node) {
    for (const other of node.pods.values())
      if (hostPortsConflict(hostPorts, other.hostPorts)) return portsTaken;
    return SUCCESS;
  },
  signPod: ({ hostPorts }) => JSON.stringify(hostPorts),
  obstacles:
    (_state, { hostPorts }) =>
    (node) =>
      [...node.pods.values()].flatMap((other) =>
        conflictingPorts(hostPorts, other.hostPorts).map((claim) => ({
          ...{ type: 'HostPort' as const, ...claim },
          pod: nameOfPod(other),
        })),
      ),
  mayFitAfter: ({ hostPorts }, event) =>
    event.type === 'NodeAdded' ||
    (event.type === 'PodDeleted' && hostPortsConflict(hostPorts, event.pod.hostPorts)),
};
