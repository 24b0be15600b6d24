// How simulated nodes show themselves in the API: names, labels, taint, addresses. See decision 26. Pure.
import type { NodeSettings } from '../../kubelet/node/node-object.ts';
import type { SimulationSettings } from '../../kubelet/simulated/settings.ts';

/** Makes `kubectl get nodes` show the role `simulated`. */
export const ROLE = 'node-role.kubernetes.io/simulated';
/** An annotation of the Node: `off` is as a power cut, anything else puts it on again. */
export const POWER = 'simulation.tiphys/power';
/** kwok's, so that manifests that were written for its nodes find these. */
const LABELS = { type: 'kwok', [ROLE]: '' };
const TAINT = { key: 'kwok.x-k8s.io/node', value: 'fake', effect: 'NoSchedule' } as const;
const ZONE = 'topology.kubernetes.io/zone';
export interface SimulatedNodeIdentity {
  readonly name: string;
  readonly index: number;
  readonly podCidrs: readonly string[];
  /** Where the one server is that stands for all their kubelets. */
  readonly addresses: readonly string[];
  readonly kubeletPort: number;
  readonly settings: SimulationSettings;
  readonly tainted: boolean;
}

export function nodeSettings(identity: SimulatedNodeIdentity): NodeSettings {
  const { name, index, podCidrs, addresses, kubeletPort, settings, tainted } = identity;
  const { capacity, labels, zones, taints = tainted ? [TAINT] : [] } = settings;
  const zone = zones[index % zones.length];
  return {
    nodeName: name,
    hostIPs: addresses,
    kubeletPort,
    labels: { ...LABELS, ...(zone && { [ZONE]: zone }), ...labels },
    taints,
    capacity,
    maxPods: 0,
    podCidrs,
  };
}
