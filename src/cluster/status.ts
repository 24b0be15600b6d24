// What a cluster looks like from outside, for `tiphys status`: its record, what its node agent or its server tells of its components,
// and what its API says if it answers. Nothing is waited for longer than LIMIT_MS.
import { Namespace } from '../api/kinds/core/v1/namespace.ts';
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
import { readRecords } from './kept-manifests/records.ts';
import { administratorFile } from './server/kubeconfigs.ts';
import { type ServerRecord, serverRuns } from './server/server-records.ts';
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
  /** What the names of images in its registry begin with. */
  readonly registry?: string;
  readonly nodes: readonly NodeState[];
  /** How many pods run; undefined when the API does not answer. */
  readonly pods?: number;
  /** Of Kubernetes. */
  readonly version?: string;
  /** When its first objects were made, in RFC 3339. */
  readonly created?: string;
  /** The cluster's own processes; empty when the node agent does not answer. */
  readonly components: readonly ComponentStatus[];
  /** Undefined when the process that has the store does not answer. */
  readonly store?: StoreStatus;
  /** Files of the manifests directory that are not applied as they are. */
  readonly manifests?: readonly { readonly file: string; readonly problem: string }[];
  readonly dataDir: string;
  readonly pid: number;
}

/** An API server or node agent that has not answered by then does not respond. */
const LIMIT_MS = 2_000;

/** Where to ask. */
interface Place extends Pick<ClusterStatus, 'name' | 'api' | 'registry' | 'dataDir' | 'pid'> {
  readonly nodes: readonly string[];
  readonly kubeconfig: string;
  readonly runs: boolean;
}

export const clusterStatus = (record: ClusterRecord): Promise<ClusterStatus> =>
  statusOf({
    ...record,
    api: `https://127.0.0.1:${record.apiPort}`,
    ...(record.registryPort && { registry: `localhost:${record.registryPort}` }),
    kubeconfig: clusterPaths(record.dataDir).kubeconfig,
    runs: isRunning(record),
  });

export const serverStatus = (record: ServerRecord): Promise<ClusterStatus> =>
  statusOf({ ...record, nodes: [], kubeconfig: administratorFile(record.dataDir), runs: serverRuns(record) });

async function statusOf({ kubeconfig, runs, ...place }: Place): Promise<ClusterStatus> {
  const { name, api, registry, dataDir, pid } = place;
  const nodes = place.nodes.map((node) => ({ name: node, status: 'Unknown' }));
  const own = { name, api, ...(registry && { registry }) };
  const base = { ...own, dataDir, pid, nodes, components: [] };
  if (!runs) return { ...base, status: 'Stopped' };
  const asked = [askComponents(dataDir), askApi(kubeconfig), askStore(dataDir)] as const;
  const [components, answer, store] = await Promise.allSettled(asked);
  return {
    ...base,
    ...(components.status === 'fulfilled' && { components: components.value }),
    ...(answer.status === 'fulfilled' && answer.value),
    ...(store.status === 'fulfilled' && { store: store.value }),
    status: answer.status === 'fulfilled' && components.status === 'fulfilled' ? 'Running' : 'NotResponding',
  };
}

async function askComponents(dataDir: string): Promise<readonly ComponentStatus[]> {
  const { control } = clusterPaths(dataDir);
  const answer = (await callControl(control, 'components', {}, LIMIT_MS)) as {
    components: ComponentStatus[];
  };
  return answer.components;
}

async function askStore(dataDir: string): Promise<StoreStatus> {
  const { storeControl } = clusterPaths(dataDir);
  return (await callControl(storeControl, 'status', {}, LIMIT_MS)) as StoreStatus;
}

async function askApi(
  kubeconfig: string,
): Promise<Pick<ClusterStatus, 'nodes' | 'pods' | 'version' | 'created' | 'manifests'>> {
  const connection = connectionOf(readKubeconfig(kubeconfig));
  const transport = new HttpsTransport({ ...connection, clock: systemClock });
  try {
    const client = new RestClient({ transport, fieldManager: 'tiphys' });
    const answers = Promise.all([
      client.list(Node),
      client.list(Pod),
      transport.request({ method: 'GET', path: '/version' }),
      client.get(Namespace, 'kube-system'),
      readRecords(client),
    ]);
    const [nodes, pods, version, { metadata }, records] = await within(LIMIT_MS, answers);
    return {
      nodes: nodes.items.map((node) => ({ name: nameOf(node), status: nodeStatusText(node) })),
      version: (JSON.parse(version.body.toString()) as { gitVersion?: string }).gitVersion ?? '',
      created: metadata.creationTimestamp ?? '',
      manifests: records.flatMap(({ file, problem }) => (problem ? [{ file, problem }] : [])),
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
