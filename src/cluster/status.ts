// What a cluster looks like from outside, for `tiphys status`: its record, and what its API says if it answers.

import { Node } from '../api/kinds/core/v1/node.ts';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import { nameOf } from '../api/meta/v1/object.ts';
import { nodeStatusText } from '../api/nodes/readiness.ts';
import { connectionOf, readKubeconfig } from '../client/kubeconfig/kubeconfig.ts';
import { RestClient } from '../client/rest/rest-client.ts';
import { HttpsTransport } from '../client/transport/https-transport.ts';
import { systemClock } from '../kit/clock.ts';
import { clusterPaths } from './state/paths.ts';
import { type ClusterRecord, isRunning } from './state/registry.ts';

export interface NodeState {
  readonly name: string;
  readonly status: string;
}

export interface ClusterStatus {
  readonly name: string;
  readonly status: 'Running' | 'Stopped' | 'NotResponding';
  readonly api: string;
  readonly nodes: readonly NodeState[];
  /** How many pods run; undefined when the API does not answer. */
  readonly pods?: number;
  readonly dataDir: string;
  readonly pid: number;
}

export async function clusterStatus(record: ClusterRecord): Promise<ClusterStatus> {
  const base = {
    name: record.name,
    api: `https://127.0.0.1:${record.apiPort}`,
    dataDir: record.dataDir,
    pid: record.pid,
    nodes: record.nodes.map((name) => ({ name, status: 'Unknown' })),
  };
  if (!isRunning(record)) return { ...base, status: 'Stopped' };
  try {
    return { ...base, status: 'Running', ...(await ask(record)) };
  } catch {
    return { ...base, status: 'NotResponding' };
  }
}

async function ask(record: ClusterRecord): Promise<Pick<ClusterStatus, 'nodes' | 'pods'>> {
  const connection = connectionOf(readKubeconfig(clusterPaths(record.dataDir).kubeconfig));
  const transport = new HttpsTransport({ ...connection, clock: systemClock });
  try {
    const client = new RestClient({ transport, fieldManager: 'tiphys' });
    const [nodes, pods] = await Promise.all([client.list(Node), client.list(Pod)]);
    return {
      nodes: nodes.items.map((node) => ({ name: nameOf(node), status: nodeStatusText(node) })),
      pods: pods.items.filter((pod) => pod.status?.phase === 'Running').length,
    };
  } finally {
    transport.close();
  }
}
