// The clusters of this machine in a few words each, for `tiphys cluster list`.
import { readFileSync } from 'node:fs';
import { type ClusterRecord, listRecords, runningProcesses } from './state/registry.ts';
import { type ClusterStatus, clusterStatus, type NodeState } from './status.ts';

export interface ListedCluster {
  readonly name: string;
  readonly state: ClusterStatus['status'];
  readonly nodes: readonly NodeState[];
  /** Of Kubernetes; it and `created` are unknown while the API does not answer. */
  readonly version?: string;
  readonly api: string;
  /** RFC 3339. */
  readonly created?: string;
  /** Of the cluster's own processes, containerd and pods apart; what they share is counted once. */
  readonly memoryBytes: number;
  readonly dataDir: string;
}

export const listClusters = (): Promise<ListedCluster[]> => Promise.all(listRecords().map(listed));

async function listed(record: ClusterRecord): Promise<ListedCluster> {
  const { name, status: state, nodes, api, dataDir, version, created } = await clusterStatus(record);
  return {
    ...{ name, state, nodes, api },
    ...(version && { version }),
    ...(created && { created }),
    memoryBytes: runningProcesses(record).reduce((sum, pid) => sum + memoryOf(pid), 0),
    dataDir,
  };
}

/** 0 for one that has ended, or is another user's. */
function memoryOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d{1,12}) kB/m.exec(text)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
