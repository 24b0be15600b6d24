// What a control plane is told when it starts. Crosses a process boundary as JSON.
import type { AuthenticationFlags } from '../../apiserver/authn/configured/flags.ts';
import type { AuthorizationFlags } from '../../apiserver/authz/configured/flags.ts';
import type { AuditFlags } from '../auditor.ts';
import { kubeletPort, type NodesPlan } from '../nodes/plan.ts';
import type { CertifiedNode } from '../pki/ensure-certificates.ts';

export const COMPONENTS = ['controller-manager', 'scheduler', 'cloud-controller-manager'] as const;
/** Parts of the control plane that other programs may run in its place; the last one runs in the node agent. */
export type Component = (typeof COMPONENTS)[number];

/** What is left out has a default. */
export interface StorageOptions {
  /** Bytes of data beyond which writes that add are refused. */
  readonly quotaBytes?: number;
  /** Automatic snapshots: milliseconds from one to the next, and how many are kept; 0: none are saved. */
  readonly snapshots?: { readonly everyMs?: number; readonly keep?: number };
}

/** Of a control plane whose nodes are other machines: `tiphys server`. */
export interface ServerPlace {
  /** Where the API listens; 0.0.0.0 or :: for everywhere. */
  readonly bindAddress: string;
  /** Where other machines and pods find it. */
  readonly advertiseAddress: string;
  /** Further DNS names and addresses in its certificate. */
  readonly names: readonly string[];
  readonly addresses: readonly string[];
  /** Of pods: one range of each family. */
  readonly clusterCidrs: readonly string[];
  /** It has this address, too, while it is elected for it. */
  readonly virtualAddress?: string;
}

/** The etcd that is used in place of the embedded store. */
export interface EtcdSettings {
  readonly endpoints: readonly string[];
  /** The first is on this machine. */
  readonly prefersFirst?: boolean;
  /** PEM files; without them there is no TLS. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly prefix?: string;
}

export interface ControlPlaneSettings {
  /** The embedded store's directory; beside it lie the store's socket and snapshots, of any store. */
  readonly store: string;
  readonly etcd?: EtcdSettings;
  readonly server?: ServerPlace;
  /** Ranges of addresses that the nodes of other machines announce for LoadBalancer Services. */
  readonly loadBalancerPool?: readonly string[];
  /** Keys and certificates, made already. */
  readonly pki: string;
  readonly storage: StorageOptions;
  /** The cluster's log file. */
  readonly log: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** 0 for 6443 or any free one. */
  readonly port: number;
  /** Of other clusters on this machine. */
  readonly otherPorts: readonly number[];
  /** Of Services' addresses: one range of each family, the default one first. */
  readonly serviceCidrs: readonly string[];
  /** Of a cluster with nodes on this machine. */
  readonly nodes?: {
    readonly certified: readonly CertifiedNode[];
    /** Address of the machine on the nodes' network: nodes and pods find the API here. */
    readonly gateway: string;
    /** It, and that of the other family, if there is one. */
    readonly gateways: readonly string[];
    /** One of each family. */
    readonly clusterCidrs: readonly string[];
    /** Where kubelets listen, by node name. */
    readonly kubelets: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
  };
  /** Components that are left to other programs. */
  readonly without: readonly Component[];
  /** What is audited, if anything. */
  readonly audit?: AuditFlags;
  /** Who may ask, and for what, besides certificates and RBAC. */
  readonly access: AuthenticationFlags & AuthorizationFlags;
  /** Whether the node agent is started again when it is killed. */
  readonly agentRestarts: boolean;
  /** --feature-gates. */
  readonly featureGates?: string;
  /** --runtime-config. */
  readonly runtimeConfig?: string;
  /** Absolute path of the directory whose files are kept applied; DATA/manifests when left out. */
  readonly manifests?: string;
  /** File of a KubeSchedulerConfiguration. */
  readonly schedulerConfig?: string;
  /** Absolute path of a file with scheduler plugins. */
  readonly schedulerPlugins?: string;
}

export function settingsOfPlan(plan: NodesPlan): NonNullable<ControlPlaneSettings['nodes']> {
  const { gateway, networks, nodes, host } = plan;
  const gateways = networks.map((network) => network.gateway);
  const kubelets = nodes.map((node) => [node.name, { host: gateway, port: kubeletPort(node) }]);
  return {
    certified: nodes.map(({ name, addresses }) => ({ name, addresses: [...addresses, ...gateways] })),
    gateway,
    gateways,
    clusterCidrs: networks.map(({ clusterCidr }) => clusterCidr),
    // A node in the machine's own namespaces is where its status says.
    kubelets: host ? {} : Object.fromEntries(kubelets),
  };
}
