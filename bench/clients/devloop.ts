// The developer's loop: from writing a file to the first answer of the new version through a Service, and until no old version answers,
// by `tiphys dev` as users start it: an Imagefile on one node and on two, files copied into the container, and a Dockerfile where buildah
// is there.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock } from '../../src/kit/clock.ts';
import { tryExec } from '../../src/kit/exec.ts';
import { repository, startTestCluster, type TestCluster } from '../../test/support/cluster.ts';
import { eventually } from '../../test/support/eventually.ts';
import { figure, median, percentile } from '../support/figure.ts';

const ROUNDS = 7;

interface Scene {
  readonly cluster: TestCluster;
  readonly directory: string;
}

const manifest = (nodePort: number) =>
  [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'app' },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'app' } },
        template: {
          metadata: { labels: { app: 'app' } },
          spec: {
            terminationGracePeriodSeconds: 1,
            containers: [
              {
                name: 'app',
                image: 'localhost/app:1',
                ports: [{ containerPort: 8080 }],
                readinessProbe: { httpGet: { path: '/', port: 8080 } },
              },
            ],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'app' },
      spec: { type: 'NodePort', selector: { app: 'app' }, ports: [{ port: 80, targetPort: 8080, nodePort }] },
    },
  ]
    .map((object) => JSON.stringify(object))
    .join('\n---\n');

const imagefile = `image: localhost/app:1
files:
  - { path: /bin/busybox, from: /bin/busybox, mode: 0755 }
  - { path: /www/index.html, from: www/index.html }
config:
  entrypoint: [/bin/busybox, httpd, -f, -p, "8080", -h, /www]
`;

const dockerfile = `FROM scratch
COPY busybox /bin/busybox
COPY www /www
CMD ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]
`;

const NODE_PORT = 30_777;

/** What the Service answers; empty for none. A connection of its own, as a browser that was just opened. */
const answer = (): Promise<string> =>
  new Promise((resolve) => {
    const options = { host: '127.0.0.1', port: NODE_PORT, path: '/', agent: false, timeout: 2_000 };
    const request = get(options, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
      response.on('error', () => resolve(''));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(''));
  });

/** Answers in a row that say that no old version is reached any more. */
const IN_A_ROW = 20;

async function loop(name: string, { cluster, directory }: Scene): Promise<void> {
  const page = join(directory, 'www/index.html');
  const words = ['dev', '-f', directory, '--name', cluster.name, '-o', 'json', '--no-logs'];
  const child = spawn(join(repository, 'bin/tiphys'), words, { env: { ...process.env, ...cluster.env } });
  const steps: { event: string; ms?: number }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    steps.push(JSON.parse(line));
    if (process.env.VERBOSE) process.stderr.write(`${line}\n`);
  });
  child.stderr.pipe(process.stderr);
  try {
    await eventually('the first version', async () => (await answer()) === 'version 0\n', 60_000);
    await eventually('done', () => steps.some(({ event }) => event === 'done'), 60_000);
    const [first, last]: [number[], number[]] = [[], []];
    const parts = new Map<string, number[]>();
    for (let round = 1; round <= ROUNDS; round++) {
      steps.length = 0;
      const wanted = `version ${round}\n`;
      const started = systemClock.monotonic();
      writeFileSync(page, wanted);
      let inARow = 0;
      while (inARow < IN_A_ROW) {
        const isNew = (await answer()) === wanted;
        if (isNew && first.length < round) first.push(systemClock.monotonic() - started);
        if (inARow === 0 && isNew) last[round - 1] = systemClock.monotonic() - started;
        inARow = isNew ? inARow + 1 : 0;
        if (systemClock.monotonic() - started > 60_000) throw new Error('no new version within a minute');
      }
      await eventually(
        'done',
        () => steps.some(({ event }) => event === 'done' || event === 'synced'),
        60_000,
      );
      for (const { event, ms } of steps)
        if (ms !== undefined) parts.set(event, [...(parts.get(event) ?? []), ms]);
    }
    figure(`devloop.${name}_p50_ms`, median(first), 'ms');
    figure(`devloop.${name}_max_ms`, percentile(first, 1), 'ms');
    figure(`devloop.${name}_only_new_p50_ms`, median(last), 'ms');
    for (const [event, times] of parts) figure(`devloop.${name}_${event}_p50_ms`, median(times), 'ms');
  } finally {
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGINT');
    await ended;
  }
}

function project(cluster: TestCluster, name: string, files: Record<string, string>): Scene {
  const directory = join(cluster.directory, name);
  mkdirSync(join(directory, 'www'), { recursive: true });
  const all = { 'app.yaml': manifest(NODE_PORT), 'www/index.html': 'version 0\n', ...files };
  for (const [path, text] of Object.entries(all)) writeFileSync(join(directory, path), text);
  return { cluster, directory };
}

for (const nodes of [1, 2]) {
  const cluster = await startTestCluster({ name: 'tph-bench-dev', nodes });
  try {
    await loop(`imagefile_${nodes}_node`, project(cluster, 'imagefile', { Imagefile: imagefile }));
    if (nodes > 1) continue;
    const sync = 'images: [{ image: localhost/app, build: ., sync: auto }]\n';
    const files = { Imagefile: imagefile, 'tiphys-dev.yaml': sync };
    await loop('sync', project(cluster, 'sync', files));
    if ((await tryExec(['buildah', '--version'])).code !== 0) continue;
    const scene = project(cluster, 'dockerfile', { Dockerfile: dockerfile });
    cpSync('/bin/busybox', join(scene.directory, 'busybox'));
    await loop('dockerfile', scene);
  } finally {
    await cluster.down();
  }
}
