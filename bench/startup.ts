// From nothing to a cluster, and what it costs at rest: new data directories, real nodes, the hello example.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Deployment } from '../src/api/kinds/apps/v1/deployment.ts';
import { Node } from '../src/api/kinds/core/v1/node.ts';
import { isNodeReady } from '../src/api/nodes/readiness.ts';
import { readRecord, runningProcesses } from '../src/cluster/state/registry.ts';
import { systemClock } from '../src/kit/clock.ts';
import { exec } from '../src/kit/exec.ts';
import { repository } from '../test/support/cluster.ts';
import { eventually } from '../test/support/eventually.ts';
import { clientTo } from './support/client.ts';
import { figure, median } from './support/figure.ts';
import { cpuTicks } from './support/processes.ts';

const command = join(repository, 'bin/tiphys');
const name = 'tph-bench-up';
const port = 16_443;
const rounds = 5;

interface Run {
  api: number;
  node: number;
  hello: number;
}

/** One start on an empty directory; times are milliseconds from the start of the command. */
async function start(nodes: number, atRest?: () => Promise<void>): Promise<Run> {
  const directory = mkdtempSync(join(tmpdir(), 'tph-'));
  const kubeconfig = join(directory, 'kubeconfig');
  const words = ['up', '--name', name, '--isolated', '--nodes', String(nodes), '--api-port', String(port)];
  words.push(
    '--data-dir',
    join(directory, 'data'),
    '--kubeconfig',
    kubeconfig,
    '-f',
    join(repository, 'examples/hello'),
  );
  const from = systemClock.monotonic();
  const since = () => systemClock.monotonic() - from;
  spawn(command, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    await eventually('the API', readyz);
    const api = since();
    const { client, transport } = await eventually('the kubeconfig', () => clientTo(kubeconfig));
    await eventually('every node', async () => {
      const { items } = await client.list(Node);
      return items.filter(isNodeReady).length === nodes;
    });
    const node = since();
    await eventually(
      'hello',
      async () => (await client.get(Deployment, 'hello', 'default')).status?.readyReplicas === 3,
    );
    const hello = since();
    transport.close();
    await atRest?.();
    return { api, node, hello };
  } finally {
    await exec([command, 'down', '--name', name, '--purge']);
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Whether /readyz says ok; asks again at once when it does not. */
function readyz(): Promise<boolean> {
  return new Promise((resolve) => {
    const ask = request(
      { host: '127.0.0.1', port, path: '/readyz', rejectUnauthorized: false, agent: false },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    ask.on('error', () => resolve(false));
    ask.end();
  });
}

const SECONDS_AT_REST = 60;

/**
 * Memory and processor time of all the cluster's own processes (containerd apart), over a minute in which nobody asks for
 * anything. RSS counts what processes share once for each, PSS once in all.
 */
async function measureRest(): Promise<void> {
  await systemClock.sleep(10_000);
  const pids = runningProcesses(readRecord(name)!);
  const before = sum(pids.map(cpuTicks));
  await systemClock.sleep(SECONDS_AT_REST * 1000);
  const ticks = sum(pids.map(cpuTicks)) - before;
  figure('startup.rss_mb', sum(pids.map((pid) => kilobytes(pid, 'Rss'))) / 1024, 'MB');
  figure('startup.pss_mb', sum(pids.map((pid) => kilobytes(pid, 'Pss'))) / 1024, 'MB');
  figure('startup.idle_cpu_pct', ticks / SECONDS_AT_REST, '%');
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const kilobytes = (pid: number, field: 'Rss' | 'Pss'): number =>
  Number(
    readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').match(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm'))?.[1],
  );

await start(1);
const runs: Run[] = [];
for (let i = 0; i < rounds; i++) runs.push(await start(1));
figure('startup.api_ms', median(runs.map((run) => run.api)), 'ms');
figure('startup.node_ready_ms', median(runs.map((run) => run.node)), 'ms');
figure('startup.hello_ready_ms', median(runs.map((run) => run.hello)), 'ms');
await start(2, measureRest);
