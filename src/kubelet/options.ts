// What a kubelet is given: by cluster/ for real nodes, by sim/ and tests for simulated ones. Nothing of the control plane
// is among it, so a kubelet runs against any Kubernetes API server that the client reaches.
import type { FeatureGates } from '../api/features/feature-gates.ts';
import type { Client } from '../client/client.ts';
import type { InformerFactory } from '../client/informer/factory.ts';
import type { ContainerRuntime } from '../cri/runtime.ts';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import type { Random } from '../kit/random.ts';
import type { BuiltInDriver } from './csi/drivers.ts';
import type { NodeFiles } from './files/node-files.ts';
import type { Machine } from './node/machine.ts';
import type { PodNetwork } from './pod-network.ts';
import type { CgroupDriver } from './resources/cgroup-names.ts';

/** Runs a command inside the node's network and mount namespaces; `answer` is that of kit/exec. */
export type NodeExec = (
  command: readonly string[],
  options?: { answer?: (pid: number) => Promise<string> },
) => Promise<string>;

export interface KubeletDirectories {
  /** Pod directories: volumes, hosts files, termination logs. Survives restarts. */
  readonly root: string;
  /** Container logs: <namespace>_<name>_<uid>/<container>/<n>.log. */
  readonly logs: string;
  /** On a tmpfs that containers can see: secrets, tokens, projected volumes. */
  readonly secrets: string;
  /** Localhost seccomp profiles; default <root>/seccomp. */
  readonly seccomp?: string;
}

export interface KubeletTaint {
  readonly key: string;
  readonly value?: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** A directory or file of the machine that the node shows at another path. */
export interface ShownDirectory {
  readonly hostPath: string;
  readonly nodePath: string;
  readonly readOnly: boolean;
}

export interface KubeletOptions {
  readonly nodeName: string;
  readonly client: Client;
  /** Started by the caller; the kubelet asks it for its own pods and for services. */
  readonly informers: InformerFactory;
  readonly runtime: ContainerRuntime;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly directories: KubeletDirectories;
  /** Default: commands run as they are, in the kubelet's own namespaces. */
  readonly nodeExec?: NodeExec;
  /** Default: the machine's. In memory, a kubelet touches no real file. */
  readonly files?: NodeFiles;
  /** Default: read from /proc and /etc. */
  readonly machine?: Machine;
  /** Addresses of the node, primary first. */
  readonly nodeIPs: readonly string[];
  /** Metrics of the node's other components, shown with the kubelet's. */
  readonly otherMetrics?: () => string;
  /** Told of the pods' addresses; default: nobody. */
  readonly network?: PodNetwork;
  /** Ranges of the pods' addresses, one for each family, registered when they are known already; else node-ipam allocates them. */
  readonly podCidrs?: readonly string[];
  readonly clusterDNS: readonly string[];
  /** Default cluster.local. */
  readonly clusterDomain?: string;
  /** Port of the kubelet's HTTPS server, as shown in the node's status; default 10250. */
  readonly kubeletPort?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly taints?: readonly KubeletTaint[];
  /** Directories of the machine that the node shows at other paths. */
  readonly shownDirectories?: readonly ShownDirectory[];
  /** A cloud controller manager initializes the node and has its addresses (--cloud-provider external); default false. */
  readonly externalCloud?: boolean;
  /** The node's addresses come from that cloud, too: none was given (--node-ip); default false. */
  readonly addressesFromCloud?: boolean;
  /** What the cloud calls the machine (--provider-id). */
  readonly providerID?: string;
  /** Replaces the machine's amounts, by resource name: several nodes may share one machine. */
  readonly capacity?: Readonly<Record<string, string>>;
  /** Default 110. */
  readonly maxPods?: number;
  /** First part of all cgroup paths, e.g. /tiphys/node1; false, the default, leaves cgroups to the runtime. */
  readonly cgroupRoot?: string | false;
  /** Who makes cgroups: the kubelet itself, or systemd; the runtime's must be the same. Default cgroupfs. */
  readonly cgroupDriver?: CgroupDriver;
  readonly podPidsLimit?: number;
  /** True where the machine lets root lower oom scores; default false. */
  readonly negativeOomScores?: boolean;
  readonly appArmor?: boolean;
  /** Gives containers without a seccomp profile the runtime's own (upstream's --seccomp-default); default false. */
  readonly seccompDefault?: boolean;
  /** All defaults when left out. */
  readonly features?: FeatureGates;
  /** Default /etc/resolv.conf. Empty: pods do not ask the node's servers. */
  readonly resolvConf?: string;
  /** Sandboxes that may be started at once; default 6. */
  readonly parallelSandboxStarts?: number;
  /** Default 4. */
  readonly parallelPulls?: number;
  /** Sysctls allowed besides the safe ones; a trailing * stands for anything. */
  readonly allowedSysctls?: readonly string[];
  /** How full the disk must be before unused images are removed, in percent; default 100 = never. */
  readonly imageGcHighPercent?: number;
  /** CSI drivers that live in this process; others register at sockets. */
  readonly csiDrivers?: readonly BuiltInDriver[];
  /** Memory that must stay available on the machine, in bytes; default 100 MiB. 0 = no eviction. */
  readonly evictionMemoryBytes?: number;
}

const DEFAULTS = {
  clusterDomain: 'cluster.local',
  kubeletPort: 10_250,
  labels: {},
  taints: [],
  externalCloud: false,
  addressesFromCloud: false,
  capacity: {},
  maxPods: 110,
  cgroupRoot: false,
  cgroupDriver: 'cgroupfs',
  negativeOomScores: false,
  appArmor: false,
  seccompDefault: false,
  resolvConf: '/etc/resolv.conf',
  parallelSandboxStarts: 6,
  parallelPulls: 4,
  allowedSysctls: [],
  imageGcHighPercent: 100,
  csiDrivers: [],
  evictionMemoryBytes: 100 << 20,
} satisfies Partial<KubeletOptions>;

/** Options with nothing left to default. */
export type CompleteOptions = KubeletOptions & Required<Pick<KubeletOptions, keyof typeof DEFAULTS>>;

export function withDefaults(options: KubeletOptions): CompleteOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...DEFAULTS, ...options, ...Object.fromEntries(given) };
}
