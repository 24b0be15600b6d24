// What a hostile tenant costs others: the 99th percentile of the requests of another tenant, and of leases and node status,
// with and without tenants that list, watch and write as fast as they can, and the memory that silent watchers take. The hostile clients are processes of their own with
// a low priority for the operating system: in reality they run on other machines and do not compete for these cores.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type ClientHttp2Session, connect } from 'node:http2';
import { join } from 'node:path';
import { pemOf } from '../src/client/transport/material.ts';
import { systemClock } from '../src/kit/clock.ts';
import { repository, startTestCluster } from '../test/support/cluster.ts';
import { type Call, call } from './support/call.ts';
import { connectionTo } from './support/client.ts';
import { figure, percentile } from './support/figure.ts';
import type { HostileOrder } from './support/hostile.ts';
import { residentBytes } from './support/processes.ts';
import { silentWatchers } from './support/silent.ts';

const OBJECTS = 10_000;
const SECONDS = 20;
/** Milliseconds: hostile load runs for so long before measuring; seats are lent again every ten seconds. */
const WARM_UP = 12_000;
/** Milliseconds between two requests of the victim, and of a node. */
const PAUSE = 10;
const SILENT = 1_000;
/** Events that the silent watchers miss; milliseconds until memory is read. */
const MISSED = 500;
const SETTLE = 3_000;

const cluster = await startTestCluster({ name: 'tph-bench-fair', nodes: 0 });
const connection = connectionTo(join(cluster.directory, 'kubeconfig'));
const ca = String(pemOf(connection.ca!));
const maps = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`;
const configMap = (name: string) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: { text: 'x'.repeat(1_150) },
  });

/** A service account with all rights in a namespace of its own. */
async function tenant(namespace: string): Promise<string> {
  await cluster.kubectl('create', 'namespace', namespace);
  await cluster.kubectl('create', 'serviceaccount', 'app', '-n', namespace);
  const binding = ['create', 'rolebinding', 'app', '-n', namespace, '--clusterrole=admin'];
  await cluster.kubectl(...binding, `--serviceaccount=${namespace}:app`);
  return (await cluster.kubectl('create', 'token', 'app', '-n', namespace)).trim();
}

async function fill(
  session: ClientHttp2Session,
  namespace: string,
  count: number,
  prefix = 'm',
): Promise<void> {
  let made = 0;
  const loop = async () => {
    while (made < count)
      await call(session, {
        method: 'POST',
        path: maps(namespace),
        headers: {},
        body: configMap(`${prefix}-${made++}`),
      });
  };
  await Promise.all(Array.from({ length: 64 }, loop));
}

interface Measured {
  readonly times: number[];
  readonly failed: Record<number, number>;
}

/** One request after the other until `until`; each is timed from sending it to the end of the response. */
async function measure(
  session: ClientHttp2Session,
  next: (i: number) => Call,
  until: number,
): Promise<Measured> {
  const times: number[] = [];
  const failed: Record<number, number> = {};
  for (let i = 0; systemClock.monotonic() < until; i++) {
    const from = systemClock.monotonic();
    const { status } = await call(session, next(i));
    times.push(systemClock.monotonic() - from);
    if (status >= 300) failed[status] = (failed[status] ?? 0) + 1;
    await systemClock.sleep(PAUSE);
  }
  return { times, failed };
}

let serial = 0;
const victimCalls =
  (headers: Call['headers']) =>
  (i: number): Call => {
    const path = maps('victim');
    switch (i % 4) {
      case 0:
        return { path: `${path}/m-1`, headers };
      case 1:
        return { path, headers };
      case 2:
        return { method: 'POST', path, headers, body: configMap(`new-${serial++}`) };
      default:
        return {
          method: 'PATCH',
          path: `${path}/m-2`,
          headers,
          contentType: 'application/merge-patch+json',
          body: `{"data":{"i":"${i}"}}`,
        };
    }
  };

/** A kubelet's heartbeats, in the name of a node. */
const heartbeats =
  (headers: Call['headers']) =>
  (i: number): Call => {
    const contentType = 'application/merge-patch+json';
    const time = new Date(systemClock.now()).toISOString();
    return i % 2 === 0
      ? {
          method: 'PATCH',
          path: '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n1',
          headers,
          contentType,
          body: JSON.stringify({ spec: { renewTime: time.replace('Z', '000Z') } }),
        }
      : {
          method: 'PATCH',
          path: '/api/v1/nodes/n1/status',
          headers,
          contentType,
          body: JSON.stringify({
            status: { conditions: [{ type: 'Ready', status: 'True', reason: `R${i}` }] },
          }),
        };
  };

const open = (admin = false) =>
  connect(connection.server, {
    ca,
    ...(admin && { cert: pemOf(connection.cert!), key: pemOf(connection.key!) }),
  });

async function p99s(prefix: string, victim: string): Promise<void> {
  const until = systemClock.monotonic() + SECONDS * 1000;
  const sessions = [open(), open(true)] as const;
  const node = { 'impersonate-user': 'system:node:n1', 'impersonate-group': 'system:nodes' };
  const [tenantTimes, nodeTimes] = await Promise.all([
    measure(sessions[0], victimCalls({ authorization: `Bearer ${victim}` }), until),
    measure(sessions[1], heartbeats(node), until),
  ]);
  for (const session of sessions) session.destroy();
  for (const [name, { times, failed }] of [
    ['victim', tenantTimes],
    ['lease', nodeTimes],
  ] as const) {
    figure(`fairness.${prefix}${name}_p99_ms`, percentile(times, 0.99), 'ms');
    const all = `${times.length} requests, p50 ${percentile(times, 0.5).toFixed(1)}, max ${Math.max(...times).toFixed(0)} ms`;
    process.stderr.write(`${prefix}${name}: ${all}, failed ${JSON.stringify(failed)}\n`);
  }
}

/** Bytes of the control plane's process. */
const memory = (): number => residentBytes(cluster.processes().controlPlane);

async function silent(admin: ClientHttp2Session, token: string): Promise<void> {
  const before = memory();
  const { server } = connection;
  const sessions = await silentWatchers({ server, ca, token, path: maps('hostile'), watchers: SILENT });
  await fill(admin, 'hostile', MISSED, 'missed');
  await systemClock.sleep(SETTLE);
  process.stderr.write(`silent watchers open: ${await openWatches(admin)}\n`);
  figure('fairness.silent_watchers_mb', (memory() - before) / 1e6, 'MB');
  for (const session of sessions) session.destroy();
}

async function openWatches(admin: ClientHttp2Session): Promise<string> {
  const line = (await metricLines(admin)).find((one) =>
    /^apiserver_longrunning_requests\{.*resource="configmaps",scope="namespace"/.test(one),
  );
  return line?.split(' ').at(-1) ?? 'none';
}

async function metricLines(admin: ClientHttp2Session): Promise<string[]> {
  const parts: Buffer[] = [];
  await call(admin, { path: '/metrics', headers: {} }, (part) => parts.push(part) > 0);
  return Buffer.concat(parts).toString().split('\n');
}

function hostile(
  does: HostileOrder['does'],
  token: string,
  connections: number,
  perConnection: number,
): ChildProcess {
  const order: HostileOrder = {
    server: connection.server,
    ca,
    token,
    does,
    path: maps('hostile'),
    connections,
    perConnection,
  };
  const script = join(repository, 'bench/support/hostile.ts');
  const words = ['-n', '10', process.execPath, '--no-warnings', script, JSON.stringify(order)];
  const child = spawn('nice', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.on('data', (text) => process.stderr.write(`hostile ${does}: ${text}\n`));
  return child;
}

const clients: ChildProcess[] = [];
try {
  const [attacker, victim] = [await tenant('hostile'), await tenant('victim')];
  const admin = open(true);
  await fill(admin, 'hostile', OBJECTS);
  await fill(admin, 'victim', 20);
  for (const [path, body] of [
    ['/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } }],
    [
      '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases',
      {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name: 'n1' },
        spec: { holderIdentity: 'n1' },
      },
    ],
  ] as const)
    await call(admin, { method: 'POST', path, headers: {}, body: JSON.stringify(body) });
  await p99s('quiet_', victim);
  await silent(admin, attacker);
  clients.push(
    hostile('list', attacker, 16, 8),
    hostile('watch', attacker, 16, 8),
    hostile('write', attacker, 16, 16),
  );
  await systemClock.sleep(WARM_UP);
  await p99s('', victim);
  const interesting = /^apiserver_flowcontrol_(rejected|dispatched|current_limit)/;
  const lines = (await metricLines(admin)).filter((line) => interesting.test(line));
  process.stderr.write(`${lines.join('\n')}\n`);
  admin.destroy();
} finally {
  for (const child of clients) {
    const ended = child.exitCode === null && once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  await cluster.down();
}
