// `tiphys watch` in a real terminal, against a real cluster: tables, logs, a shell, a deletion, and the terminal afterwards; and beside it what
// changes by itself: files and charts that are kept applied, pods that are rolled for their configuration.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FakeTerminal } from '../../src/cli/watch/testing/terminal.fake.ts';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { packagedTool } from '../support/foreign/tools.ts';

const [WIDTH, HEIGHT] = [120, 30];

describe('tiphys watch', () => {
  let cluster: TestCluster;
  let child: ChildProcess;
  let written = '';
  const terminal = new FakeTerminal(WIDTH, HEIGHT);

  before(async () => {
    // The control plane runs Helm.
    process.env.PATH = `${dirname(packagedTool('helm'))}:${process.env.PATH}`;
    cluster = await startTestCluster({
      name: 'tph-watch',
      files: [join(repository, 'examples/hello')],
    });
    await cluster.kubectl('wait', '--for=condition=Ready', 'pod', '-l', 'app=hello', '--timeout=60s');
    const watch = `${join(repository, 'bin/tiphys')} watch --name ${cluster.name}`;
    const twice = `${watch}; echo ended $?; sh -c 'echo process-$$-; exec ${watch}'; echo ended again $?`;
    child = spawn('script', ['-qefc', `stty cols ${WIDTH} rows ${HEIGHT}; ${twice}`, '/dev/null'], {
      env: { ...process.env, ...cluster.env, TERM: 'xterm-256color', SHELL: '/bin/sh' },
    });
    child.stdout!.on('data', (chunk: Buffer) => {
      terminal.write(chunk.toString());
      written += chunk;
    });
  });
  after(async () => {
    child?.kill();
    await cluster?.down();
  });

  const press = (keys: string) => void child.stdin!.write(keys);
  const shows = (pattern: RegExp) =>
    eventually(`${pattern} on the screen`, () => pattern.test(terminal.text)).catch((error: Error) => {
      throw new Error(`${error.message}; it shows\n${terminal.text}`);
    });

  it('shows pods as they are, and as they become', async () => {
    await shows(/pods\(default\)\[3\]/);
    await shows(/hello-\S+ +1\/1 +Running/);
    assert.ok(terminal.modes.has('?1049'));
    await cluster.kubectl('scale', 'deployment/hello', '--replicas=2');
    await shows(/pods\(default\)\[2\]/);
  });

  it('goes from a deployment to its pods, their containers and logs, and back', async () => {
    press(':deploy\r');
    await shows(/hello +2\/2/);
    press('\r');
    await shows(/pods of deployment\/hello/);
    press('\r');
    await shows(/containers of hello-.*\n.*\n +hello +true +Running/);
    press('\r');
    await shows(/logs pod\/hello-\S+:hello\[\d+\] follows/);
    press('\x1b');
    await shows(/containers of hello-/);
  });

  it('opens a shell that has the terminal, and comes back', async () => {
    press('s');
    await eventually('the usual screen', () => !terminal.modes.has('?1049'));
    press('echo inside-$((40+2)); stty size; exit\r');
    await shows(new RegExp(`inside-42[\\s\\S]*${HEIGHT} ${WIDTH}|containers of hello-`));
    await eventually('our screen', () => terminal.modes.has('?1049'));
    await shows(/containers of hello-/);
  });

  it('deletes what is affirmed', async () => {
    press(':cm\r');
    await shows(/configmaps\(default\)/);
    press('/hello\r');
    await shows(/configmaps\(default\)\[1\] \/hello/);
    press('\x04');
    await shows(/Delete configmap\/hello\?/);
    press('y');
    await shows(/configmaps\(default\)\[0\]/);
    assert.equal((await cluster.tryKubectl('get', 'configmap', 'hello')).code, 1);
  });

  it('shows what a kept file makes, and that it goes with the file; charts too', async () => {
    const directory = join(cluster.directory, 'data/manifests');
    const file = join(directory, 'kept.yaml');
    writeFileSync(file, 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: kept }\ndata: { a: b }\n');
    await shows(/configmaps\(default\)\[0\]/);
    press('/kept\r');
    await shows(/ kept +1 /);
    rmSync(file);
    const chart = join(directory, 'charts/small');
    mkdirSync(join(chart, 'templates'), { recursive: true });
    writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: small\nversion: 1.0.0\n');
    writeFileSync(
      join(chart, 'templates/map.yaml'),
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: kept-by-chart }\ndata: { a: "{{ .Values.a }}" }\n',
    );
    writeFileSync(
      join(directory, 'chart.yaml'),
      'apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: { name: small }\nspec: { chart: ./charts/small, valuesContent: "a: c" }\n',
    );
    await shows(/ kept-by-chart +1 /);
    await eventually('the file’s object to be gone', () => !/ kept +1 /.test(terminal.text));
    rmSync(join(directory, 'chart.yaml'));
    await shows(/configmaps\(default\)\[0\] \/kept/);
  });

  it('shows pods that are rolled for a change of their configuration', async () => {
    await cluster.kubectl('apply', '-f', join(repository, 'examples/configuration'));
    await cluster.kubectl('rollout', 'status', 'deployment/settings', '--timeout=60s');
    press(':po /settings\r');
    await shows(/pods\(default\)\[2\] \/settings/);
    const patch = '{"data":{"greeting":"Good evening"}}';
    await cluster.kubectl('patch', 'configmap', 'settings', '--type=merge', '-p', patch);
    const greeting = () =>
      cluster.tryKubectl('exec', 'deployment/settings', '--', 'sh', '-c', 'echo $GREETING');
    await eventually('new pods', async () => {
      const revision = '{.metadata.annotations.deployment\\.kubernetes\\.io/revision}';
      const seen = await cluster.kubectl('get', 'deployment', 'settings', '-o', `jsonpath=${revision}`);
      return seen === '2';
    });
    await cluster.kubectl('rollout', 'status', 'deployment/settings', '--timeout=60s');
    await eventually('the new greeting', async () => (await greeting()).stdout === 'Good evening\n');
    press(':po\r');
  });

  it('leaves the terminal as it was, also when a signal ends it', async () => {
    const usual = () => assert.deepEqual([...terminal.modes].sort(), ['?25', '?7']);
    press(':q\r');
    const [, pid] = await eventually('its end', () => /process-(\d+)-/.exec(written));
    await shows(/pods\(default\)\[\d\]/);
    process.kill(Number(pid), 'SIGTERM');
    await eventually('its end', () => written.includes('ended again 143'));
    usual();
  });

  it('ends when its terminal goes away', async () => {
    const watch = `${join(repository, 'bin/tiphys')} watch --name ${cluster.name}`;
    const other = spawn('script', ['-qefc', `echo process-$$-; exec ${watch}`, '/dev/null'], {
      env: { ...process.env, ...cluster.env, TERM: 'xterm', SHELL: '/bin/sh' },
    });
    let seen = '';
    other.stdout.on('data', (chunk: Buffer) => {
      seen += chunk;
    });
    const [, pid] = await eventually('its number', () => /process-(\d+)-/.exec(seen));
    await eventually('its pods', () => seen.includes('Running'));
    other.kill('SIGKILL');
    await eventually('its end', () => !existsSync(`/proc/${pid}`));
  });
});
