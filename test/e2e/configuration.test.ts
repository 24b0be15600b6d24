// Clusters from configuration files: three started at once, as a CI job may; nodes with labels, taints, directories and ports of the
// machine; what a changed file changes; what happens to a cluster whose file is broken when it is started again after a crash.
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readKubeconfig } from '../../src/client/kubeconfig/kubeconfig.ts';
import { readRecord } from '../../src/cluster/state/registry.ts';
import { tryExec } from '../../src/kit/exec.ts';
import { repository } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const NAMES = ['tph-conf-1', 'tph-conf-2', 'tph-conf-3'] as const;
const [MAIN] = NAMES;
const HEAD = 'apiVersion: tiphys.io/v1alpha1\nkind: Cluster\nisolated: true\ndataDir: ./data\n';
/** A port that no other test uses. */
const PORT = 18_066;

const pod = (mounts: string) => `
apiVersion: v1
kind: Pod
metadata: {name: shown}
spec:
  automountServiceAccountToken: false
  containers:
  - name: main
    image: localhost/hello:1
    command: [sh, -c, "echo from the pod > /rw/pod; exec httpd -f -p 8080 -h /rw"]
    securityContext: {runAsUser: 0}
    ports: [{containerPort: 8080, hostPort: 8066}]
    readinessProbe: {httpGet: {path: /file, port: 8080}, periodSeconds: 1}
    volumeMounts: [{name: rw, mountPath: /rw}, {name: ro, mountPath: /ro}]
  volumes:
  - {name: rw, hostPath: {path: ${mounts}/rw/sub, type: Directory}}
  - {name: ro, hostPath: {path: ${mounts}/ro}}
`;

describe('clusters from configuration files', () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'tph-conf-')));
  const env = {
    HOME: root,
    XDG_CONFIG_HOME: join(root, 'config'),
    KUBECONFIG: join(root, 'kubeconfig'),
    CI: '1',
  };
  const at = (...path: string[]) => join(root, ...path);
  const mounts = '/mnt/tph-conf';
  const tiphys = (cwd: string, ...words: string[]) =>
    tryExec([join(repository, 'bin/tiphys'), ...words], { cwd, env });
  const kubectl = async (...words: string[]) => {
    const { code, stdout, stderr } = await tiphys(root, 'kubectl', '--name', MAIN, ...words);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const write = (name: string, text: string) =>
    writeFileSync(at(name, 'tiphys.yaml'), `${HEAD}name: ${name}\n${text}`);
  const down = async (...words: string[]) => {
    const { code, stderr } = await tiphys(root, 'down', '--purge', ...words);
    assert.equal(code, 0, stderr);
  };
  const node = async () => JSON.parse(await kubectl('get', 'node', MAIN, '-o', 'json'));

  before(async () => {
    for (const name of NAMES) {
      await tiphys(root, 'down', '--name', name, '--purge');
      mkdirSync(at(name));
      write(name, name === NAMES[2] ? 'nodes: []\n' : '');
    }
    mkdirSync(at(MAIN, 'src/sub'), { recursive: true });
    writeFileSync(at(MAIN, 'src/sub/file'), 'one');
    writeFileSync(at(MAIN, 'pod.yaml'), pod(mounts));
    write(
      MAIN,
      `
files: [${join(repository, 'examples/hello')}, pod.yaml]
wait: 2m
nodes:
  - labels: {zone: a, gone: soon, node-role.kubernetes.io/worker: ""}
    annotations: {example.com/disk: fast}
    taints: [{key: dedicated, value: db, effect: PreferNoSchedule}]
    mounts:
      - {hostPath: src, nodePath: ${mounts}/rw}
      - {hostPath: src, nodePath: ${mounts}/ro, readOnly: true}
    portMappings: [{hostPort: ${PORT}, nodePort: 8066}]
`,
    );
    const started = await Promise.all(NAMES.map((name) => tiphys(at(name), 'up', '--detach')));
    for (const { code, stderr } of started) assert.equal(code, 0, stderr);
    assert.match(started[0]!.stderr, /configuration of .*tph-conf-1\/tiphys\.yaml/);
    assert.match(started[0]!.stderr, /every workload is ready/);
  });

  after(async () => {
    const left = NAMES.filter((name) => readRecord(name));
    const ends = await Promise.all(left.map((name) => tiphys(root, 'down', '--purge', '--name', name)));
    rmSync(root, { recursive: true, force: true });
    for (const { code, stderr } of ends) assert.equal(code, 0, stderr);
  });

  it('clusters that start at the same moment get names, ports and ranges of their own', async () => {
    const { stdout } = await tiphys(root, 'cluster', 'list', '-o', 'json');
    const listed = JSON.parse(stdout).filter(({ name }: { name: string }) => name.startsWith('tph-conf-'));
    assert.deepEqual(
      listed.map(({ name, state, version }: Record<string, string>) => [name, state, version]),
      NAMES.map((name) => [name, 'Running', 'v1.36.2+tiphys']),
    );
    assert.equal(new Set(listed.map(({ api }: { api: string }) => api)).size, NAMES.length);
    assert.equal(new Set(NAMES.map((name) => readRecord(name)!.index)).size, NAMES.length);
    for (const { name, memoryBytes, age, nodes } of listed) {
      assert.ok(memoryBytes > 20e6 && memoryBytes < 1e9, `${memoryBytes}`);
      assert.match(age, /^\d+[sm]/);
      assert.deepEqual(
        nodes.map(({ status }: { status: string }) => status),
        name === NAMES[2] ? [] : ['Ready'],
      );
    }
    assert.equal(readKubeconfig(env.KUBECONFIG).contexts.length, NAMES.length);
  });

  it('the cluster that is used is the one of commands without a name, until it is no more', async () => {
    const used = await tiphys(root, 'cluster', 'use', NAMES[1]);
    assert.equal(used.code, 0, used.stderr);
    assert.match((await tiphys(root, 'kubectl', 'get', 'nodes')).stdout, /^tph-conf-2 /m);
    assert.match(readFileSync(env.KUBECONFIG, 'utf8'), /current-context: tiphys-tph-conf-2/);
    assert.match((await tiphys(root, 'cluster', 'list')).stdout, /^\* +tph-conf-2 +Running/m);
    await down();
    assert.equal(readRecord(NAMES[1]), undefined);
    assert.match((await tiphys(root, 'cluster', 'use', 'no-such')).stderr, /there is no cluster no-such/);
  });

  it('a node has the labels, annotations and taints of its entry', async () => {
    const { metadata, spec } = await node();
    assert.equal(metadata.labels.zone, 'a');
    assert.equal(metadata.labels['node-role.kubernetes.io/worker'], '');
    assert.equal(metadata.annotations['example.com/disk'], 'fast');
    assert.deepEqual(spec.taints, [{ key: 'dedicated', value: 'db', effect: 'PreferNoSchedule' }]);
  });

  it('pods see directories of the machine live, both ways, and cannot write where it is read-only', async () => {
    assert.equal(readFileSync(at(MAIN, 'src/sub/pod'), 'utf8'), 'from the pod\n');
    const get = async (path: string) => (await fetch(`http://127.0.0.1:${PORT}${path}`)).text();
    assert.equal(await get('/file'), 'one');
    writeFileSync(at(MAIN, 'src/sub/file'), 'two');
    assert.equal(await get('/file'), 'two');
    const written = await tiphys(
      root,
      'kubectl',
      '--name',
      MAIN,
      'exec',
      'shown',
      '--',
      'sh',
      '-c',
      'echo x > /ro/sub/new',
    );
    assert.match(written.stderr, /Read-only file system/);
    assert.equal(existsSync(at(MAIN, 'src/sub/new')), false);
  });

  it('what is wrong is told before anything is made: all problems of a file, a link on the way, a port that is taken', async () => {
    const up = (text: string) => {
      mkdirSync(at('wrong'), { recursive: true });
      write('wrong', text);
      return tiphys(at('wrong'), 'up', '--detach');
    };
    const wrong = await up('nodess: []\napiPort: high\nkubernetesVersion: v1.30\n');
    assert.equal(wrong.code, 1);
    assert.match(
      wrong.stderr,
      /nodess: Forbidden: unknown field: did you mean nodes\?\n +apiPort: Invalid value: "high"/,
    );
    symlinkSync('/etc', at('wrong/link'));
    const linked = await up('nodes: [{mounts: [{hostPath: link/ssl, nodePath: /mnt/tph-conf-link}]}]\n');
    assert.match(linked.stderr, /wrong\/link is a symbolic link \(to \/etc\)/);
    const taken = await up(`nodes: [{portMappings: [{hostPort: ${PORT}, nodePort: 1}]}]\n`);
    assert.match(taken.stderr, new RegExp(`127.0.0.1 TCP ${PORT} cannot be opened`));
    assert.equal(readRecord('wrong'), undefined);
    const { stderr } = await tiphys(at(MAIN), 'config', 'validate', '../wrong/tiphys.yaml');
    assert.equal(stderr, '');
    const ignored = await tiphys(at('wrong'), 'up', '--detach', '--no-config', '--name', 'UPPER');
    assert.match(ignored.stderr, /--name UPPER: use lower-case/);
  });

  it('a changed file changes labels, taints, mounts and ports at the next start; a broken one does no harm after a crash', async () => {
    await kubectl('label', 'node', MAIN, 'mine=kept');
    const nodes = (taint: string) => `
nodes:
  - labels: {zone: b}
    taints: [${taint}]
    mounts: [{hostPath: src, nodePath: ${mounts}/ro}]
    portMappings: [{hostPort: ${PORT + 1}, nodePort: 8066}]
`;
    write(MAIN, nodes('{key: other, effect: PreferNoSchedule}'));
    const { launcher, pid } = readRecord(MAIN)!;
    process.kill(launcher!, 'SIGTERM');
    await eventually(
      'the end of the cluster’s own processes',
      () => !existsSync(`/proc/${launcher}`) && !existsSync(`/proc/${pid}`),
    );
    const again = await tiphys(at(MAIN), 'up', '--detach');
    assert.equal(again.code, 0, again.stderr);
    const { metadata, spec } = await node();
    const { zone, gone, mine } = metadata.labels;
    assert.deepEqual(
      [zone, gone, mine, metadata.annotations['example.com/disk']],
      ['b', undefined, 'kept', undefined],
    );
    assert.deepEqual(spec.taints, [{ key: 'other', effect: 'PreferNoSchedule' }]);
    const get = async () => (await fetch(`http://127.0.0.1:${PORT + 1}/file`)).text();
    assert.equal(await get(), 'two');
    await assert.rejects(fetch(`http://127.0.0.1:${PORT}/file`));
    write(MAIN, 'nonsense: true\n');
    const before = readRecord(MAIN)!.pid;
    process.kill(before, 'SIGKILL');
    await eventually(
      'the cluster again',
      () =>
        readRecord(MAIN)!.pid !== before &&
        get().then(
          (text) => text === 'two',
          () => false,
        ),
    );
    assert.equal((await tiphys(root, 'config', 'view', '--name', MAIN)).stdout.includes('zone: b'), true);
  });

  it('the end removes the mount points that were made', async () => {
    assert.equal(existsSync(mounts), true);
    await down('--name', MAIN);
    assert.equal(existsSync(mounts), false);
    assert.equal(readFileSync(at(MAIN, 'src/sub/file'), 'utf8'), 'two');
  });
});
