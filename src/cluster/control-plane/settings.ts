// What a control plane is told when it starts. Crosses a process boundary as JSON.
import { kubeletPort, type NodesPlan } from '../nodes/plan.ts';
import type { CertifiedNode } from '../pki/ensure-certificates.ts';

export const COMPONENTS = ['controller-manager', 'scheduler'] as const;
/** Parts of the control plane that other programs may run in its place. */
export type Component = (typeof COMPONENTS)[number];

export interface ControlPlaneSettings {
  /** The store's directory. */
  readonly store: string;
  /** Keys and certificates, made already. */
  readonly pki: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** 0 for 6443 or any free one. */
  readonly port: number;
  /** Of a cluster with nodes on this machine. */
  readonly nodes?: {
    readonly certified: readonly CertifiedNode[];
    /** Address of the machine on the nodes' network: nodes and pods find the API here. */
    readonly gateway: string;
    readonly clusterCidr: string;
    /** Where kubelets listen, by node name. */
    readonly kubelets: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
  };
  /** Components that are left to other programs. */
  readonly without: readonly Component[];
  /** Whether the node agent is started again when it is killed. */
  readonly agentRestarts: boolean;
}

export function settingsOfPlan(plan: NodesPlan): NonNullable<ControlPlaneSettings['nodes']> {
  const { gateway, clusterCidr, nodes, host } = plan;
  const kubelets = nodes.map((node) => [node.name, { host: gateway, port: kubeletPort(node) }]);
  return {
    certified: nodes.map(({ name, address }) => ({ name, addresses: [address, gateway] })),
    gateway,
    clusterCidr,
    // A node in the machine's own namespaces is where its status says.
    kubelets: host ? {} : Object.fromEntries(kubelets),
  };
}
