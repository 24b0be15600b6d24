// Computes the Node object and its status from the machine, the runtime and the node's pressure. Pure.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { NodeCondition, NodeStatus } from '../../api/kinds/core/v1/node-status.ts';
import { canonicalQuantity } from '../../api/quantity/quantity.ts';
import { isExtendedResourceName } from '../../api/validation/kinds/amounts/resource-names.ts';
import type { Image, RuntimeStatus, RuntimeVersion } from '../../cri/runtime.ts';
import { rfc3339 } from '../../kit/clock.ts';
import type { Machine } from './machine.ts';

export const KUBELET_VERSION = 'v1.36.2';
/** As upstream's nodeStatusMaxImages and MaxNamesPerImageInNodeStatus: the Node must stay small. */
const MAX_IMAGES = 50;
const MAX_NAMES = 5;

export interface NodeSettings {
  readonly nodeName: string;
  readonly hostIPs: readonly string[];
  readonly kubeletPort: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly taints: readonly {
    key: string;
    value?: string;
    effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  }[];
  /** A cloud controller manager initializes the node and has its addresses. */
  readonly externalCloud?: boolean;
  /** Nobody has said which addresses the node has: they come from that cloud, and there are none before. */
  readonly addressesFromCloud?: boolean;
  /** What the cloud calls the machine. */
  readonly providerID?: string;
  /** Overrides of the machine's amounts, by resource name. */
  readonly capacity: Readonly<Record<string, string>>;
  readonly maxPods: number;
  readonly podCidrs?: readonly string[];
}

export interface NodeStatusInput {
  readonly machine: Machine;
  readonly version: RuntimeVersion | undefined;
  readonly runtime: RuntimeStatus | undefined;
  readonly images: readonly Image[];
  readonly pressure: { readonly memory: boolean; readonly disk: boolean; readonly pids: boolean };
  /** Why the node is not ready, although the runtime is. */
  readonly problem?: string | undefined;
  readonly now: number;
}

/** What a cloud controller manager takes away again, and what it prefers among the addresses that it knows. */
export const UNINITIALIZED = {
  key: 'node.cloudprovider.kubernetes.io/uninitialized',
  value: 'true',
  effect: 'NoSchedule' as const,
};
const PROVIDED_IP = 'alpha.kubernetes.io/provided-node-ip';

export function nodeObject(settings: NodeSettings, facts: NodeStatusInput): Node {
  const taints = settings.externalCloud ? [...settings.taints, UNINITIALIZED] : [...settings.taints];
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: settings.nodeName,
      labels: nodeLabels(settings, facts.machine),
      annotations: {
        ...settings.annotations,
        'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
        ...(settings.externalCloud &&
          !settings.addressesFromCloud && { [PROVIDED_IP]: settings.hostIPs.join(',') }),
      },
    },
    spec: {
      ...(settings.providerID && { providerID: settings.providerID }),
      ...(settings.podCidrs && { podCIDR: settings.podCidrs[0], podCIDRs: [...settings.podCidrs] }),
      ...(taints.length > 0 && { taints }),
    },
    status: nodeStatus(settings, facts, undefined),
  };
}

export function nodeLabels(settings: NodeSettings, machine: Machine): Record<string, string> {
  return {
    'beta.kubernetes.io/arch': machine.architecture,
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': machine.architecture,
    'kubernetes.io/hostname': settings.nodeName,
    'kubernetes.io/os': 'linux',
    ...settings.labels,
  };
}

/** In canonical form, as the API stores quantities: else a report would differ from what it wrote before. */
export function capacityOf({ capacity, maxPods }: NodeSettings, machine: Machine): Record<string, string> {
  const amounts = {
    cpu: String(machine.milliCpu / 1000),
    memory: `${Math.floor(machine.memoryBytes / 1024)}Ki`,
    'ephemeral-storage': `${Math.floor(machine.diskBytes / 1024)}Ki`,
    'hugepages-1Gi': '0',
    'hugepages-2Mi': '0',
    pods: String(maxPods),
    ...capacity,
  };
  return Object.fromEntries(
    Object.entries(amounts).map(([name, amount]) => [name, canonicalQuantity(amount)]),
  );
}

export function nodeStatus(
  settings: NodeSettings,
  facts: NodeStatusInput,
  old: NodeStatus | undefined,
): NodeStatus {
  const { machine, version, images } = facts;
  const capacity = { ...extendedResources(old?.capacity), ...capacityOf(settings, machine) };
  return {
    capacity,
    allocatable: capacity,
    conditions: conditionsOf(facts, old),
    addresses: keepsAddresses(settings, old)
      ? (old?.addresses ?? [])
      : [
          ...settings.hostIPs.map((address) => ({ type: 'InternalIP', address })),
          { type: 'Hostname', address: settings.nodeName },
        ],
    daemonEndpoints: { kubeletEndpoint: { Port: settings.kubeletPort } },
    nodeInfo: {
      machineID: machine.machineID,
      systemUUID: machine.systemUUID,
      bootID: machine.bootID,
      kernelVersion: machine.kernelVersion,
      osImage: machine.osImage,
      containerRuntimeVersion: version ? `${version.runtimeName}://${version.runtimeVersion}` : '',
      kubeletVersion: KUBELET_VERSION,
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: machine.architecture,
    },
    images: imageList(images),
    runtimeHandlers: facts.runtime?.runtimeHandlers ?? [],
    features: { supplementalGroupsPolicy: facts.runtime?.supplementalGroupsPolicy ?? false },
  };
}

/** Extended resources come from others, who write them to the node's capacity; the kubelet makes them allocatable. */
const extendedResources = (capacity: NodeStatus['capacity'] = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(capacity).filter(([name]) => isExtendedResourceName(name)));

/** The addresses that a cloud gave the node, or is to give it, are not the kubelet's to write. */
export const keepsAddresses = (
  { externalCloud, addressesFromCloud }: NodeSettings,
  old: NodeStatus | undefined,
): boolean => externalCloud === true && (addressesFromCloud || (old?.addresses ?? []).length > 0);

const imageList = (images: readonly Image[]) =>
  [...images]
    .sort((a, b) => b.size - a.size)
    .slice(0, MAX_IMAGES)
    .map(({ repoDigests, repoTags, size }) => ({
      names: [...repoDigests, ...repoTags].slice(0, MAX_NAMES),
      sizeBytes: size,
    }));

type Verdict = [type: string, status: boolean, reason: string, message: string];

function conditionsOf(facts: NodeStatusInput, old: NodeStatus | undefined): NodeCondition[] {
  const { memory, disk, pids } = facts.pressure;
  const problem = notReadyReason(facts.runtime) ?? facts.problem;
  const verdicts: Verdict[] = [
    memory
      ? ['MemoryPressure', true, 'KubeletHasInsufficientMemory', 'kubelet has insufficient memory available']
      : ['MemoryPressure', false, 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
    disk
      ? ['DiskPressure', true, 'KubeletHasDiskPressure', 'kubelet has disk pressure']
      : ['DiskPressure', false, 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
    pids
      ? ['PIDPressure', true, 'KubeletHasInsufficientPID', 'kubelet has insufficient PID available']
      : ['PIDPressure', false, 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
    problem
      ? ['Ready', false, 'KubeletNotReady', problem]
      : ['Ready', true, 'KubeletReady', 'kubelet is posting ready status'],
  ];
  return verdicts.map((verdict) => condition(verdict, facts.now, old));
}

/** The transition time is kept as long as the status stays; the heartbeat is the time of the check. */
function condition(
  [type, value, reason, message]: Verdict,
  now: number,
  old: NodeStatus | undefined,
): NodeCondition {
  const status = value ? 'True' : 'False';
  const before = old?.conditions?.find((c) => c.type === type);
  const kept = before?.status === status ? before.lastTransitionTime : undefined;
  return {
    type,
    status,
    lastHeartbeatTime: rfc3339(now),
    lastTransitionTime: kept ?? rfc3339(now),
    reason,
    message,
  };
}

/** undefined when the runtime and its network are ready. */
export function notReadyReason(runtime: RuntimeStatus | undefined): string | undefined {
  if (!runtime) return 'container runtime is down';
  const find = (type: string) => runtime.conditions.find((c) => c.type === type);
  const ready = find('RuntimeReady');
  if (ready && !ready.status)
    return `container runtime not ready: RuntimeReady=false reason:${ready.reason} message:${ready.message}`;
  return networkProblem(runtime);
}

/** Why only pods of the host's network can run; undefined when the runtime reports no problem. */
export function networkProblem(runtime: RuntimeStatus | undefined): string | undefined {
  const network = runtime?.conditions.find((c) => c.type === 'NetworkReady');
  if (!network || network.status) return undefined;
  return `container runtime network not ready: NetworkReady=false reason:${network.reason} message:${network.message}`;
}

/** Everything but heartbeats: a change in it is reported at once. */
export function withoutHeartbeat(status: NodeStatus): NodeStatus {
  return {
    ...status,
    conditions: (status.conditions ?? []).map(({ lastHeartbeatTime: _, ...rest }) => rest),
  };
}
