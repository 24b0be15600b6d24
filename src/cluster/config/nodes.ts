// The nodes that tiphys.yaml describes, one by one, with all defaults. Pure.
import type { KubeletTaint } from '../../kubelet/options.ts';
import type { NodeEntry } from './schema.ts';

/** What one node has besides its name. */
export interface NodeConfiguration {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly taints: readonly KubeletTaint[];
  readonly mounts: readonly NodeMount[];
  readonly portMappings: readonly PortMapping[];
}

export interface NodeMount {
  /** Absolute, as is nodePath. */
  readonly hostPath: string;
  readonly nodePath: string;
  readonly readOnly: boolean;
}

export interface PortMapping {
  readonly listenAddress: string;
  readonly hostPort: number;
  readonly nodePort: number;
  readonly protocol: 'TCP' | 'UDP';
}

/** Of entries in which paths are absolute. */
export const nodeConfigurations = (entries: readonly NodeEntry[]): NodeConfiguration[] =>
  entries.flatMap((entry) => Array.from({ length: entry.count ?? 1 }, () => configurationOf(entry)));

const configurationOf = ({ labels, annotations, taints, mounts, portMappings }: NodeEntry) => ({
  labels: labels ?? {},
  annotations: annotations ?? {},
  taints: taints ?? [],
  mounts: (mounts ?? []).map(({ readOnly = false, ...mount }) => ({ ...mount, readOnly })),
  portMappings: (portMappings ?? []).map(
    ({ protocol = 'TCP', listenAddress = '127.0.0.1', ...mapping }): PortMapping => ({
      ...mapping,
      protocol,
      listenAddress,
    }),
  ),
});

/** Whether one directory is the other, or lies in it. */
export const isWithin = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
