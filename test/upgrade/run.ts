// A rolling upgrade under load, from an older version of this repository to the one that is checked out: npm run test:upgrade -- --from REV
// (the commit before this one when left out; with --next the one that is checked out calls itself the next version). Servers are ended and
// started again one by one, then agents, while one client writes by the virtual address and others call a Service. Prints one JSON line per
// figure; fails when a call failed, a write was lost, a pod ran twice, or the API was away for more than a second.
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { figure } from '../../bench/support/figure.ts';
import { Deployment } from '../../src/api/kinds/apps/v1/deployment.ts';
import { Service } from '../../src/api/kinds/core/v1/service.ts';
import type { Client } from '../../src/client/client.ts';
import { exec } from '../../src/kit/exec.ts';
import { repository } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import type { Machine } from '../support/machines/machine.ts';
import { Caller, Writer } from '../support/several-servers/load.ts';
import { Promised } from '../support/several-servers/promised.ts';
import { SeveralServers } from '../support/several-servers/scene.ts';

const NODE_PORT = 30_080;
/** Milliseconds that the API may be away for a client that tries again. */
const MOST_AWAY = 1_000;

const { values } = parseArgs({
  options: { from: { type: 'string', default: 'HEAD~1' }, next: { type: 'boolean', default: false } },
});
const directory = mkdtempSync(join(tmpdir(), 'tph-upgrade-'));
const git = (...words: string[]) => exec(['git', '-C', repository, ...words]);

const worktrees: string[] = [];
/** Resolves with the program of a revision. */
async function checkOut(name: string, revision: string): Promise<string> {
  const tree = join(directory, name);
  worktrees.push(tree);
  await git('worktree', 'add', '--detach', tree, revision);
  symlinkSync(join(repository, 'node_modules'), join(tree, 'node_modules'));
  return join(tree, 'bin/tiphys');
}

/** What is checked out here, with another version's number. */
async function nextVersion(): Promise<string> {
  const program = await checkOut('next', 'HEAD');
  const file = join(directory, 'next/src/api/meta/v1/version.ts');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/(TIPHYS_VERSION = ')[^']*/, '$19.9.9'));
  return program;
}

let scene: SeveralServers | undefined;
try {
  const programs = {
    old: await checkOut('old', values.from),
    current: values.next ? await nextVersion() : join(repository, 'bin/tiphys'),
  };
  // Both are bundled before anything is measured.
  for (const program of Object.values(programs)) process.stderr.write(await exec([program, 'version']));
  const upgraded = new Set<Machine>();
  const program = (machine: Machine) => (upgraded.has(machine) ? programs.current : programs.old);
  scene = await SeveralServers.start('tph-upgrade', { routed: true, program });
  process.exitCode = (await upgrade(scene, upgraded)) ? 0 : 1;
} finally {
  await scene?.end();
  for (const tree of worktrees) await git('worktree', 'remove', '--force', tree);
  rmSync(directory, { recursive: true, force: true });
}

async function upgrade(scene: SeveralServers, upgraded: Set<Machine>): Promise<boolean> {
  const { client, renew } = await scene.line('virtual');
  await serve(client);
  const promised = await Promised.start(scene, client, 3);
  const callers = await Promise.all(
    scene.agents.map(async (agent) => new Caller(await scene.port(agent, NODE_PORT))),
  );
  const writer = new Writer({ client, renew }, 'upgrade');
  const away: number[] = [];
  try {
    for (const machine of [...scene.servers, ...scene.agents]) {
      await eventually('the load', () => writer.acknowledged.length > 20);
      writer.gap();
      await scene.running.get(machine)!.kill('TERM');
      upgraded.add(machine);
      if (scene.servers.includes(machine)) await scene.startServer(machine);
      else scene.startAgent(machine);
      await scene.whole(client);
      for (const server of scene.servers) await scene.kubectl(server, 'get', 'nodes');
      away.push(writer.gap());
      process.stderr.write(`${machine.name}: no write for ${Math.round(away.at(-1)!)} ms\n`);
    }
  } finally {
    await writer.stop();
    await Promise.all(callers.map((caller) => caller.stop()));
  }
  const lost = await writer.lost(client);
  const failures = callers.flatMap((caller) => caller.failures);
  for (const failure of new Set(failures)) process.stderr.write(`a call failed: ${failure}\n`);
  figure('upgrade: API away, longest', Math.max(...away), 'ms');
  figure('upgrade: writes', writer.acknowledged.length, 'writes');
  figure('upgrade: acknowledged writes lost', lost.length, 'writes');
  figure(
    'upgrade: calls of a Service',
    callers.reduce((sum, { asked }) => sum + asked, 0),
    'calls',
  );
  figure('upgrade: calls of a Service that failed', failures.length, 'calls');
  figure('upgrade: pods of a StatefulSet or indexes of a Job that ran twice', promised.twice.length, 'pods');
  const isWhole = failures.length === 0 && lost.length === 0 && promised.twice.length === 0;
  return isWhole && Math.max(...away) <= MOST_AWAY;
}

async function serve(client: Client): Promise<void> {
  const labels = { app: 'web' };
  const metadata = { name: 'web', namespace: 'default' };
  await client.create(Deployment, {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata },
    spec: {
      ...{ replicas: 4, selector: { matchLabels: labels } },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              ...{ name: 'main', image: 'busybox:1' },
              command: ['sh', '-c', 'mkdir /www; echo hello >/www/index.html; exec httpd -f -p 8080 -h /www'],
              readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
            },
          ],
        },
      },
    },
  });
  await client.create(Service, {
    ...{ apiVersion: 'v1', kind: 'Service', metadata },
    spec: {
      type: 'NodePort',
      selector: labels,
      ports: [{ port: 80, targetPort: 8080, nodePort: NODE_PORT }],
    },
  });
  await eventually(
    'the pods of the Service',
    async () => (await client.get(Deployment, 'web', 'default')).status?.readyReplicas === 4,
    90_000,
  );
}
