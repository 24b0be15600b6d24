// The API server under load, without nodes: h2load over TLS with a bearer token and RBAC, durable writes.
// The load generator shares the machine's cores with the server, as in the reference figures.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exec } from '../src/kit/exec.ts';
import { startTestCluster, type TestCluster } from '../test/support/cluster.ts';
import { connectionTo } from './support/client.ts';
import { fanout } from './support/fanout.ts';
import { figure } from './support/figure.ts';

const scratch = mkdtempSync(join(tmpdir(), 'bench-api-'));
const configMap = (metadata: object) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { text: 'x'.repeat(1_150) } });

interface Load {
  path: string;
  connections: number;
  requests: number;
  body?: string;
}

/** Runs h2load and gives requests per second; throws when any answer was not 2xx. */
async function h2load(server: string, token: string, load: Load): Promise<number> {
  const words = ['h2load', '-n', String(load.requests), '-c', String(load.connections), '-m', '1', '-t', '1'];
  words.push('-H', `authorization: Bearer ${token}`);
  if (load.body) {
    const file = join(scratch, 'body.json');
    writeFileSync(file, load.body);
    words.push('-d', file, '-H', 'content-type: application/json');
  }
  const output = await exec([...words, server + load.path]);
  const rate = Number(output.match(/([\d.]+) req\/s/)?.[1]);
  const ok = Number(output.match(/status codes: (\d+) 2xx/)?.[1]);
  if (ok !== load.requests)
    throw new Error(`${load.requests - ok} of ${load.requests} requests failed:\n${output}`);
  return rate;
}

async function token(cluster: TestCluster): Promise<string> {
  await cluster.kubectl('create', 'serviceaccount', 'bench');
  await cluster.kubectl('create', 'role', 'bench', '--verb=*', '--resource=configmaps');
  await cluster.kubectl('create', 'rolebinding', 'bench', '--role=bench', '--serviceaccount=default:bench');
  return (await cluster.kubectl('create', 'token', 'bench')).trim();
}

const cluster = await startTestCluster({ name: 'tph-bench-api', nodes: 0 });
try {
  const connection = connectionTo(join(cluster.directory, 'kubeconfig'));
  const bearer = await token(cluster);
  const collection = '/api/v1/namespaces/default/configmaps';
  const run = (load: Load) => h2load(connection.server, bearer, load);
  const create = { path: collection, body: configMap({ generateName: 'bench-' }) };
  await cluster.kubectlWith(configMap({ name: 'one' }), 'create', '-f', '-');

  await run({ path: `${collection}/one`, connections: 32, requests: 20_000 });
  figure(
    'api.get_c32',
    await run({ path: `${collection}/one`, connections: 32, requests: 100_000 }),
    'req/s',
  );
  await run({ ...create, connections: 1, requests: 500 });
  figure('api.create_c1', await run({ ...create, connections: 1, requests: 3_000 }), 'req/s');
  figure('api.create_c64', await run({ ...create, connections: 64, requests: 30_000 }), 'req/s');
  await cluster.kubectl('delete', 'configmaps', '--all', '--wait=false');
  await run({ ...create, connections: 64, requests: 9_000 });
  await run({ path: collection, connections: 2, requests: 10 });
  figure('api.list_9000', await run({ path: collection, connections: 2, requests: 100 }), 'req/s');
  await cluster.kubectl('create', 'namespace', 'fanout');
  await cluster.kubectl(
    'create',
    'rolebinding',
    'bench',
    '-n',
    'fanout',
    '--clusterrole=admin',
    '--serviceaccount=default:bench',
  );
  const p99 = await fanout({ connection, token: bearer, watchers: 1_000, perConnection: 50, events: 100 });
  figure('api.fanout_1000_p99_ms', p99, 'ms');
} finally {
  await cluster.down();
  rmSync(scratch, { recursive: true });
}
