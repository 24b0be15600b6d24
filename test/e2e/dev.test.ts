// `tiphys dev` as a developer uses it: a saved file runs in the pods, broken ones leave the version before, files are copied into running
// containers, and the end leaves nothing.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { tryExec } from '../../src/kit/exec.ts';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

interface Event {
  readonly event: string;
  readonly [field: string]: unknown;
}

let cluster: TestCluster;
let project: string;
let dev: ChildProcess;
const events: Event[] = [];

const put = (path: string, text: string) => writeFileSync(join(project, path), text);

const manifest = (name: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: web
          image: localhost/${name}:1
          ports: [{ containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /, port: 8080 } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { level: debug }
`;

const imagefile = (name: string) => `image: localhost/${name}:1
files:
  - { path: /bin/busybox, from: /bin/busybox, mode: 0755 }
  - { path: /start, from: start, mode: 0755 }
  - { path: /www/index.html, from: www/index.html }
links: [{ path: /bin/sh, to: busybox }]
config: { entrypoint: [/start] }
`;

const SERVE = '#!/bin/sh\necho serving\nexec /bin/busybox httpd -f -p 8080 -h /www\n';

before(async () => {
  cluster = await startTestCluster({ name: 'tph-e2e-dev', nodes: 1 });
  project = join(cluster.directory, 'shop');
  mkdirSync(join(project, 'www'), { recursive: true });
  put('shop.yaml', manifest('shop'));
  put('Imagefile', imagefile('shop'));
  put('start', SERVE);
  put('www/index.html', 'one\n');
  await cluster.kubectl('create', 'configmap', 'settings', '--from-literal=level=info');
  const words = ['dev', '-f', project, '--name', cluster.name, '-o', 'json', '--port', '0:8080'];
  dev = spawn(join(repository, 'bin/tiphys'), words, { env: { ...process.env, ...cluster.env } });
  createInterface({ input: dev.stdout! }).on('line', (line) => events.push(JSON.parse(line)));
  dev.stderr!.pipe(process.stderr);
});
after(async () => {
  if (dev?.exitCode === null) dev.kill('SIGKILL');
  await cluster?.down();
});

/** The next event of that kind, also if it has come already since the last call. */
async function next(event: string): Promise<Event> {
  await eventually(event, () => events.some((each) => each.event === event));
  const at = events.findIndex((each) => each.event === event);
  return events.splice(0, at + 1).at(-1)!;
}

let address: string;

async function answer(path = '/'): Promise<string> {
  const response = await fetch(`http://${address}${path}`, { headers: { connection: 'close' } });
  return `${response.status} ${(await response.text()).trim()}`;
}

const pods = async () =>
  (await cluster.kubectl('get', 'pods', '-l', 'app=shop', '-o', 'jsonpath={.items[*].metadata.uid}')).trim();

describe('a project under development', () => {
  it('is built, runs, and answers at a port of this machine', async () => {
    address = String((await next('forwarding')).address);
    await next('done');
    assert.equal(await answer(), '200 one');
    assert.equal(await cluster.kubectl('get', 'cm', 'settings', '-o', 'jsonpath={.data.level}'), 'debug');
  });

  it('answers with a changed file, of which only one small layer is sent', async () => {
    put('www/index.html', 'two\n');
    const built = await next('built');
    assert.equal(built.layers, 1);
    await next('done');
    assert.equal(await answer(), '200 two');
  });

  it('tells what a broken build lacks, and the version before goes on', async () => {
    put('Imagefile', `${imagefile('shop')}  nothing: [\n`);
    assert.match(String((await next('failed')).message), /Imagefile/);
    rmSync(join(project, 'start'));
    put('Imagefile', imagefile('shop'));
    assert.match(String((await next('failed')).message), /start: there is no such file/);
    assert.equal(await answer(), '200 two');
  });

  it('shows why a new version crashes, and the version before goes on', async () => {
    put('start', '#!/bin/sh\necho no such setting\nexit 3\n');
    const { message, output } = await next('failed');
    assert.match(String(message), /container web: CrashLoopBackOff.*exit code 3/);
    assert.match(String(output), /no such setting/);
    assert.equal(await answer(), '200 two');
    put('start', SERVE);
    await next('done');
  });

  it('copies files into the running container where the project says so, and removes them there', async () => {
    put(
      'tiphys-dev.yaml',
      `images:
  - image: localhost/shop
    build: .
    sync: [{ from: www, to: /www }]
    restart: { command: [/bin/busybox, cp, /www/index.html, /www/told] }
`,
    );
    await next('done');
    const before = await eventually('one pod, when those of former versions have ended', async () => {
      const found = await pods();
      return found.includes(' ') ? '' : found;
    });
    put('www/index.html', 'three\n');
    put('www/more.html', 'more\n');
    await next('synced');
    await eventually('both files', async () => (await answer('/more.html')) === '200 more');
    assert.deepEqual([await answer(), await answer('/told')], ['200 three', '200 three']);
    rmSync(join(project, 'www/more.html'));
    await eventually('the deletion', async () => (await answer('/more.html')).startsWith('404'));
    assert.equal(await pods(), before);
  });

  it('copies again into a container that starts later', async () => {
    await cluster.kubectl('delete', 'pods', '-l', 'app=shop', '--wait=false');
    await eventually('the new pod', async () => (await answer().catch(() => '')) === '200 three');
  });

  it('leaves nothing at its end, and what was there before as it was', async () => {
    dev.kill('SIGINT');
    const [code] = await once(dev, 'close');
    assert.equal(code, 0);
    assert.equal((await next('removed')).objects, 2);
    const left = await cluster.tryKubectl('get', 'deployment', 'shop');
    assert.match(left.stderr, /not found/);
    const settings = JSON.parse(
      await cluster.kubectl('get', 'cm', 'settings', '-o', 'json', '--show-managed-fields'),
    );
    assert.deepEqual(settings.data, { level: 'info' });
    assert.doesNotMatch(JSON.stringify(settings.metadata.managedFields), /tiphys-dev/);
    assert.doesNotMatch(await cluster.tiphys('image', 'list', '--name', cluster.name), /localhost\/shop/);
  });
});

it('--once builds, deploys, waits, and says by its exit code whether it runs', async () => {
  const run = () =>
    tryExec(
      [
        join(repository, 'bin/tiphys'),
        'dev',
        '--once',
        '-f',
        project,
        '--name',
        cluster.name,
        '--timeout',
        '20',
      ],
      { env: cluster.env },
    );
  const good = await run();
  assert.equal(good.code, 0, good.stdout + good.stderr);
  assert.match(good.stdout, /ready +deployment\/shop: 1 pod in/);
  put('start', '#!/bin/sh\nexit 1\n');
  const bad = await run();
  assert.equal(bad.code, 1);
  assert.match(bad.stdout, /failed .*CrashLoopBackOff/);
});
