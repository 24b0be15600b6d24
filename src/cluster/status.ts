// What a cluster looks like from outside, for `tiphys status`: its record, what its node agent tells of its components,
// and what its API says if it answers. Nothing is waited for longer than LIMIT_MS.
import { Node } from '../api/kinds/core/v1/node.ts';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import { nameOf } from '../api/meta/v1/object.ts';
import { nodeStatusText } from '../api/nodes/readiness.ts';
import { connectionOf } from '../client/kubeconfig/connection.ts';
import { readKubeconfig } from '../client/kubeconfig/kubeconfig.ts';
import { RestClient } from '../client/rest/rest-client.ts';
import { HttpsTransport } from '../client/transport/https-transport.ts';
import { systemClock } from '../kit/clock.ts';
import type { StoreStatus } from './backup/store-routes.ts';
import { callControl } from './control/client.ts';
import { clusterPaths } from './state/paths.ts';
import { type ClusterRecord, isRunning } from './state/registry.ts';
import type { ComponentStatus } from './supervisor/supervisor.ts';

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
  /** The cluster's own processes; empty when the node agent does not answer. */
  readonly components: readonly ComponentStatus[];
  /** Undefined when the process that has the store does not answer. */
  readonly store?: StoreStatus;
  readonly dataDir: string;
  readonly pid: number;
}

/** An API server or node agent that has not answered by then does not respond. */
const LIMIT_MS = 2_000;

export async function clusterStatus(record: ClusterRecord): Promise<ClusterStatus> {
  const base = {
    name: record.name,
    api: `https://127.0.0.1:${record.apiPort}`,
    dataDir: record.dataDir,
    pid: record.pid,
    nodes: record.nodes.map((name) => ({ name, status: 'Unknown' })),
    components: [],
  };
  if (!isRunning(record)) return { ...base, status: 'Stopped' };
  const asked = [askComponents(record), askApi(record), askStore(record)] as const;
  const [components, api, store] = await Promise.allSettled(asked);
  return {
    ...base,
    ...(components.status === 'fulfilled' && { components: components.value }),
    ...(api.status === 'fulfilled' && api.value),
    ...(store.status === 'fulfilled' && { store: store.value }),
    status: api.status === 'fulfilled' && components.status === 'fulfilled' ? 'Running' : 'NotResponding',
  };
}

async function askComponents(record: ClusterRecord): Promise<readonly ComponentStatus[]> {
  const { control } = clusterPaths(record.dataDir);
  const answer = (await callControl(control, 'components', {}, LIMIT_MS)) as {
    components: ComponentStatus[];
  };
  return answer.components;
}

async function askStore(record: ClusterRecord): Promise<StoreStatus> {
  const { storeControl } = clusterPaths(record.dataDir);
  return (await callControl(storeControl, 'status', {}, LIMIT_MS)) as StoreStatus;
}

async function askApi(record: ClusterRecord): Promise<Pick<ClusterStatus, 'nodes' | 'pods'>> {
  const connection = connectionOf(readKubeconfig(clusterPaths(record.dataDir).kubeconfig));
  const transport = new HttpsTransport({ ...connection, clock: systemClock });
  try {
    const client = new RestClient({ transport, fieldManager: 'tiphys' });
    const answers = Promise.all([client.list(Node), client.list(Pod)]);
    const [nodes, pods] = await within(LIMIT_MS, answers);
    return {
      nodes: nodes.items.map((node) => ({ name: nameOf(node), status: nodeStatusText(node) })),
      pods: pods.items.filter((pod) => pod.status?.phase === 'Running').length,
    };
  } finally {
    transport.close();
  }
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = systemClock.sleep(limitMs, over.signal).then(() => {
    throw new Error(`no answer within ${limitMs} ms`);
  });
  work.catch(() => {});
  return Promise.race([work, late]).finally(() => {
    late.catch(() => {});
    over.abort();
  });
}
