// From nothing to a cluster, and what it costs at rest: new data directories, real nodes, the hello example.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Deployment } from '../src/api/kinds/apps/v1/deployment.ts';
import { Node } from '../src/api/kinds/core/v1/node.ts';
import { systemClock } from '../src/kit/clock.ts';
import { exec } from '../src/kit/exec.ts';
import { repository } from '../test/support/cluster.ts';
import { eventually } from '../test/support/eventually.ts';
import { clientTo } from './support/client.ts';
import { figure, median } from './support/figure.ts';

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
async function start(nodes: number, atRest?: (pid: number) => Promise<void>): Promise<Run> {
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
  const child = spawn(command, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    await eventually('the API', readyz);
    const api = since();
    const { client, transport } = await eventually('the kubeconfig', () => clientTo(kubeconfig));
    await eventually('every node', async () => {
      const { items } = await client.list(Node);
      const ready = items.filter((n) =>
        n.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True'),
      );
      return ready.length === nodes;
    });
    const node = since();
    await eventually(
      'hello',
      async () => (await client.get(Deployment, 'hello', 'default')).status?.readyReplicas === 3,
    );
    const hello = since();
    transport.close();
    await atRest?.(child.pid!);
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

/** Memory and processor time of the process and its threads, over a minute in which nobody asks for anything. */
async function measureRest(pid: number): Promise<void> {
  await systemClock.sleep(10_000);
  const before = cpuTicks(pid);
  await systemClock.sleep(SECONDS_AT_REST * 1000);
  const ticks = cpuTicks(pid) - before;
  const rss = Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+) kB/)?.[1]);
  figure('startup.rss_mb', rss / 1024, 'MB');
  figure('startup.idle_cpu_pct', ticks / SECONDS_AT_REST, '%');
}

/** User and system time in hundredths of a second. */
function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

await start(1);
const runs: Run[] = [];
for (let i = 0; i < rounds; i++) runs.push(await start(1));
figure('startup.api_ms', median(runs.map((run) => run.api)), 'ms');
figure('startup.node_ready_ms', median(runs.map((run) => run.node)), 'ms');
figure('startup.hello_ready_ms', median(runs.map((run) => run.hello)), 'ms');
await start(2, measureRest);
