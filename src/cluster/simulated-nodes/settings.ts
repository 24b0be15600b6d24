// What the process of the simulated nodes is told when it starts. Crosses a process boundary as JSON.
import type { Family } from '../../api/addresses/prefix.ts';
import type { Level } from '../../kit/log.ts';
import type { Credential } from '../pki/credential-files.ts';

/** Paths of PEM files, which may be renewed at any time. */
export type CredentialFiles = Pick<Credential, 'certificatePath' | 'keyPath'>;

export interface SimulatedNodesSettings {
  readonly server: string;
  readonly caPath: string;
  /** As whom the nodes' state is written. */
  readonly client: CredentialFiles;
  /** Of the server that stands for the kubelets of all simulated nodes. */
  readonly serving: CredentialFiles;
  readonly names: readonly string[];
  /** Of their addresses, the default one first. */
  readonly families: readonly Family[];
  /** Whether ordinary pods are kept off them, unless the configuration says which taints they have. */
  readonly tainted: boolean;
  /** Path of the file that says how they behave. */
  readonly config?: string;
  readonly log: string;
  readonly logLevel: Level;
  readonly agentRestarts: boolean;
}

/** As kubeadm's and ours: a cluster's name and a number. */
export const simulatedNodeNames = (cluster: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${cluster}-sim-${i + 1}`);

/** As many as Kubernetes states for one cluster. */
export const MOST_SIMULATED_NODES = 5_000;
