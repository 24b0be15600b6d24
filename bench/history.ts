// The memory of the control plane under a burst of updates: 400,000 updates of objects of 5 KB, ten minutes' worth of a busy
// cluster, as fast as they go; then what is left when the burst is over. The limit is 400 MB.
import { readFileSync } from 'node:fs';
import { type ClientHttp2Session, connect } from 'node:http2';
import { join } from 'node:path';
import { pemOf } from '../src/client/transport/material.ts';
import { systemClock } from '../src/kit/clock.ts';
import { startTestCluster } from '../test/support/cluster.ts';
import { connectionTo } from './support/client.ts';
import { figure } from './support/figure.ts';

const UPDATES = Number(process.argv[2] ?? 400_000);
const OBJECTS = 1_000;
const CONCURRENCY = 64;
const BYTES = 5_000;
const collection = '/api/v1/namespaces/default/configmaps';

/** Megabytes that a process has resident. */
function residentMB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(status.match(/VmRSS:\s+(\d+) kB/)?.[1]) / 1024;
}

/** Creates the object, or replaces it when it is there. */
function write(session: ClientHttp2Session, i: number): Promise<void> {
  const name = `object-${i % OBJECTS}`;
  const [method, path] = i < OBJECTS ? ['POST', collection] : ['PUT', `${collection}/${name}`];
  const data = { text: `${i} `.padEnd(BYTES, 'x') };
  const stream = session.request({ ':method': method, ':path': path, 'content-type': 'application/json' });
  return new Promise((resolve, reject) => {
    let status = 0;
    stream.on('response', (headers) => {
      status = Number(headers[':status']);
    });
    stream.on('error', reject);
    stream.on('end', () => (status < 300 ? resolve() : reject(new Error(`${method} ${path}: ${status}`))));
    stream.resume();
    stream.end(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data }));
  });
}

const cluster = await startTestCluster({ name: 'tph-bench-history', nodes: 0 });
try {
  const connection = connectionTo(join(cluster.directory, 'kubeconfig'));
  const { ca, cert, key } = connection;
  const session = connect(connection.server, {
    ...(ca && { ca: pemOf(ca) }),
    ...(cert && { cert: pemOf(cert) }),
    ...(key && { key: pemOf(key) }),
  });
  const pid = cluster.processes().controlPlane;
  let peak = 0;
  const sampling = systemClock.every(200, () => {
    peak = Math.max(peak, residentMB(pid));
  });
  const started = systemClock.monotonic();
  let next = 0;
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (let i = next++; i < UPDATES; i = next++) await write(session, i);
    }),
  );
  const seconds = (systemClock.monotonic() - started) / 1000;
  figure('history.updates', UPDATES / seconds, 'req/s');
  figure('history.rss_peak_mb', peak, 'MB');
  await systemClock.sleep(60_000);
  sampling.cancel();
  figure('history.rss_after_mb', residentMB(pid), 'MB');
  session.destroy();
} finally {
  await cluster.down();
}
