// The API over etcd: creations a second at one server, and how long a watch at another server takes to show them. Two servers, an etcd of
// three members, all on this machine. Called by ../ha.ts.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/kit/clock.ts';
import type { Address, Connection } from '../../test/robustness/traffic/connection.ts';
import { EtcdServers } from '../../test/support/etcd-servers/etcd-servers.ts';
import { configMap, NAMESPACE } from '../support/api/bench-cluster.ts';
import { figure, percentile } from '../support/figure.ts';
import { h2load, type Load } from '../support/h2load.ts';

const COLLECTION = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
/** Connections, and requests by all of them. */
const CREATES = [
  [1, 1_000],
  [64, 10_000],
] as const;
const WATCHED = 500;
const SPACING_MS = 10;

export interface Measured {
  /** Where creations go, and where they are watched. */
  readonly addresses: readonly [Address, Address];
  /** Of an administrator. */
  connect(address: () => Address): Connection;
}

export async function storeFigures(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-ha-'));
  mkdirSync(join(directory, 'data'));
  const servers = await EtcdServers.start({ directory: join(directory, 'data') });
  try {
    const addresses = [servers.addressOf(0), servers.addressOf(1)] as const;
    await measureStore('ha', { addresses, connect: (address) => servers.connect(address) });
  } finally {
    await servers.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Prints the figures of any two servers that share a store. */
export async function measureStore(name: string, { addresses, connect }: Measured): Promise<void> {
  const [server, other] = addresses;
  const admin = connect(() => addresses[0]);
  const token = await tokenOf(admin);
  await creations(server, token, { connections: 16, requests: 1_000 });
  for (const [connections, requests] of CREATES)
    figure(
      `${name}.create_c${connections}`,
      await creations(server, token, { connections, requests }),
      'req/s',
    );
  const watcher = connect(() => other);
  const delays = await watchDelays(admin, watcher);
  figure(`${name}.watch_delay_p50`, percentile(delays, 0.5), 'ms');
  figure(`${name}.watch_delay_p99`, percentile(delays, 0.99), 'ms');
  admin.close();
  watcher.close();
}

/** ConfigMaps a second. */
export function creations(
  { host, port }: Address,
  token: string,
  load: Pick<Load, 'connections' | 'requests'>,
): Promise<number> {
  const body = configMap({ generateName: 'bench-' });
  return h2load(`https://${host}:${port}`, token, { path: COLLECTION, body, ...load });
}

/** Milliseconds from the answer to a creation at one server until a watch at the other shows it; below zero if the watch is first. */
async function watchDelays(writer: Connection, watcher: Connection): Promise<number[]> {
  const { body } = await watcher.call({ method: 'GET', path: `${COLLECTION}?limit=1` });
  const answered = new Map<string, number>();
  const seen = new Map<string, number>();
  const over = new AbortController();
  const path = `${COLLECTION}?watch=true&resourceVersion=${body.metadata.resourceVersion}`;
  const all = Promise.withResolvers<void>();
  const stream = watcher.stream(
    path,
    (line) => {
      seen.set(JSON.parse(line).object.metadata.name, systemClock.monotonic());
      if (seen.size === WATCHED) all.resolve();
    },
    over.signal,
  );
  for (let i = 0; i < WATCHED; i++) {
    const name = `watched-${i}`;
    await writer.call({ method: 'POST', path: COLLECTION, body: JSON.parse(configMap({ name })) });
    answered.set(name, systemClock.monotonic());
    await systemClock.sleep(SPACING_MS);
  }
  await all.promise;
  over.abort();
  await stream;
  return [...answered].map(([name, at]) => seen.get(name)! - at);
}

/** Of a service account that may do what an administrator may: h2load has no client certificates. */
export async function tokenOf(admin: Connection): Promise<string> {
  const post = (path: string, body: object) => admin.call({ method: 'POST', path, body });
  await post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  await post(`/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'bench' },
  });
  await post('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'bench' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'bench', namespace: NAMESPACE }],
  });
  const path = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/bench/token`;
  const { body } = await post(path, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {},
  });
  return body.status.token;
}
