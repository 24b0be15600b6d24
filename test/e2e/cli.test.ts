// The tiphys command as people use it: several clusters side by side, images by hand, kubeconfig, and one line for every mistake.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { writeArchive } from '../../src/cri/image/archive.ts';
import { buildImage } from '../../src/cri/image/build.ts';
import { exec, tryExec } from '../../src/kit/exec.ts';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const command = join(repository, 'bin/tiphys');
const busybox = readFileSync('/bin/busybox');
let cluster: TestCluster;
let other: TestCluster;
let scratch: string;

const onNodes = async (image: string) =>
  JSON.parse(await cluster.tiphys('image', 'list', '--name', cluster.name, '-o', 'json')).filter(
    (entry: { image: string }) => entry.image === image,
  );

async function runs(image: string): Promise<void> {
  const name = image.replace(/\W/g, '-');
  await cluster.kubectl(
    'run',
    name,
    `--image=${image}`,
    '--restart=Never',
    '--command',
    '--',
    '/bin/busybox',
    'echo',
    'here',
  );
  await eventually(
    'the pod ends',
    async () => (await cluster.kubectl('get', 'pod', name, '-o', 'jsonpath={.status.phase}')) === 'Succeeded',
  );
  assert.equal(await cluster.kubectl('logs', name), 'here\n');
}

describe('the tiphys command', () => {
  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'tph-'));
    cluster = await startTestCluster({ name: 'tph-e2e-cli', nodes: 2 });
    other = await startTestCluster({ name: 'tph-e2e-cli2', nodes: 1 });
  });
  after(async () => {
    await cluster?.down();
    await other?.down();
    rmSync(scratch, { recursive: true, force: true });
  });

  it('keeps clusters apart', async () => {
    await cluster.kubectl('create', 'configmap', 'mine');
    assert.match((await other.tryKubectl('get', 'configmap', 'mine')).stderr, /NotFound/);
    const status = JSON.parse(await cluster.tiphys('status', '--name', cluster.name, '-o', 'json'))[0];
    assert.equal(status.status, 'Running');
    const running = ['get', 'pods', '-A', '--field-selector=status.phase=Running', '-o', 'name'];
    const pods = (await cluster.kubectl(...running)).split('\n').filter(Boolean);
    assert.equal(status.pods, pods.length);
    assert.deepEqual(
      status.nodes.map((node: { status: string }) => node.status),
      ['Ready', 'Ready'],
    );
    const table = await other.tiphys('status', '--name', other.name);
    assert.match(
      table,
      /^NAME\s+STATUS\s+API\s+REGISTRY\s+NODES\s+PODS\s+DATA\ntph-e2e-cli2\s+Running\s+https:\/\/127\.0\.0\.1:\d+\s+localhost:\d+\s+tph-e2e-cli2 \(Ready\)/,
    );
  });

  it('runs kubectl against the right cluster', async () => {
    const nodes = await other.tiphys('kubectl', '--name', other.name, 'get', 'nodes', '-o', 'name');
    assert.equal(nodes, 'node/tph-e2e-cli2\n');
    const failed = await tryExec([command, 'kubectl', '--name', other.name, 'get', 'nonsense'], {
      env: other.env,
    });
    assert.equal(failed.code, 1);
  });

  it('loads a directory as a root file system into all nodes', async () => {
    mkdirSync(join(scratch, 'root/bin'), { recursive: true });
    writeFileSync(join(scratch, 'root/bin/busybox'), busybox, { mode: 0o755 });
    await cluster.tiphys(
      'image',
      'load',
      '--name',
      cluster.name,
      '--tag',
      'localhost/dir:1',
      join(scratch, 'root'),
    );
    assert.equal((await onNodes('localhost/dir:1')).length, 2);
    await runs('localhost/dir:1');
  });

  it('loads an OCI archive, under its own name and under another', async () => {
    const entries = [
      { path: 'bin', type: 'directory' as const, mode: 0o755 },
      { path: 'bin/busybox', type: 'file' as const, mode: 0o755, content: busybox },
    ];
    const archive = join(scratch, 'image.tar');
    writeFileSync(
      archive,
      await writeArchive(buildImage({ layers: [entries], names: ['localhost/archived:1'] })),
    );
    await cluster.tiphys('image', 'load', '--name', cluster.name, archive);
    await cluster.tiphys('image', 'load', '--name', cluster.name, '--tag', 'localhost/renamed:2', archive);
    await runs('localhost/archived:1');
    assert.equal((await onNodes('localhost/renamed:2')).length, 2);
  });

  it('merges its context into a kubeconfig beside others, and takes it out again', async () => {
    const file = join(scratch, 'kubeconfig');
    const up = (name: string) =>
      exec([
        command,
        'up',
        '--name',
        name,
        '--nodes',
        '0',
        '--detach',
        '--data-dir',
        join(scratch, name),
        '--kubeconfig',
        file,
      ]);
    const contexts = async () =>
      (
        await exec([
          command,
          'kubectl',
          '--name',
          cluster.name,
          '--kubeconfig',
          file,
          'config',
          'get-contexts',
          '-o',
          'name',
        ])
      )
        .trim()
        .split('\n');
    await up('tph-e2e-a');
    await up('tph-e2e-b');
    assert.deepEqual(await contexts(), ['tiphys-tph-e2e-a', 'tiphys-tph-e2e-b']);
    await exec([command, 'down', '--name', 'tph-e2e-a', '--purge']);
    assert.deepEqual(await contexts(), ['tiphys-tph-e2e-b']);
    await exec([command, 'down', '--name', 'tph-e2e-b', '--purge']);
  });

  it('keeps data over down and up', async () => {
    const up = () =>
      exec([
        command,
        'up',
        '--name',
        'tph-e2e-c',
        '--nodes',
        '0',
        '--detach',
        '--data-dir',
        join(scratch, 'c'),
        '--no-kubeconfig',
      ]);
    const kubectl = (...words: string[]) => exec([command, 'kubectl', '--name', 'tph-e2e-c', ...words]);
    await up();
    await kubectl('create', 'configmap', 'kept');
    await exec([command, 'down', '--name', 'tph-e2e-c']);
    await up();
    assert.match(await kubectl('get', 'configmap', 'kept', '-o', 'name'), /configmap\/kept/);
    await exec([command, 'down', '--name', 'tph-e2e-c', '--purge']);
  });

  it('says in one line what is wrong and what to do', async () => {
    const fails = async (words: string[], text: RegExp, code = 1) => {
      const result = await tryExec([command, ...words]);
      assert.equal(result.code, code, result.stderr);
      assert.equal(result.stderr.trim().split('\n').length, 1, result.stderr);
      assert.match(result.stderr, text);
    };
    await fails(['up', '--name', cluster.name, '--nodes', '0'], /is running already .*tiphys down --name/);
    await fails(['up', '--name', 'Bad_Name'], /use lower-case letters, digits and dashes/);
    await fails(['up', '--name', 'tph-e2e-d', '-f', '/nonexistent'], /there is no such file or directory/);
    await fails(['up', '--name', 'tph-e2e-d', '--host', '--nodes', '2'], /--host has one node only/);
    await fails(['down', '--name', 'tph-e2e-nobody'], /there is no cluster tph-e2e-nobody/);
    await fails(['image', 'load', '--name', cluster.name, scratch], /needs a name|name the image/);
    await fails(['node', 'stop', '--name', cluster.name, 'nobody'], /there is no running node nobody/);
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const words = [
      'up',
      '--name',
      'tph-e2e-d',
      '--nodes',
      '0',
      '--data-dir',
      join(scratch, 'd'),
      '--no-kubeconfig',
    ];
    await fails(
      [...words, '--api-port', String(port)],
      /port \d+ is taken by another program; choose another one \(--api-port/,
    );
    taken.close();
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', command];
    const refused = await tryExec([...nobody, 'up', '--name', 'tph-e2e-d', '--data-dir', '/tmp/tph-e2e-d'], {
      env: { HOME: '/tmp' },
    });
    assert.match(refused.stderr, /need root: run it as root|run it as root/);
  });

  it('applies a definition and an object of its kind from one directory', async () => {
    const directory = join(scratch, 'custom');
    mkdirSync(directory);
    const schema = {
      type: 'object',
      properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
    };
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'boats.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'boats', singular: 'boat', kind: 'Boat' },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
      },
    };
    const boat = {
      apiVersion: 'example.com/v1',
      kind: 'Boat',
      metadata: { name: 'argo' },
      spec: { size: 50 },
    };
    writeFileSync(join(directory, '1-definition.json'), JSON.stringify(definition));
    writeFileSync(join(directory, '2-boat.json'), JSON.stringify(boat));
    const up = [command, 'up', '--name', 'tph-e2e-e', '--nodes', '0', '--detach', '--no-kubeconfig'];
    await exec([...up, '--data-dir', join(scratch, 'e'), '-f', directory]);
    const get = ['get', 'boat', 'argo', '-o', 'jsonpath={.spec.size}'];
    assert.equal(await exec([command, 'kubectl', '--name', 'tph-e2e-e', ...get]), '50');
    await exec([command, 'down', '--name', 'tph-e2e-e', '--purge']);
  });

  it('helps and completes', async () => {
    assert.match(await exec([command, '--help']), /Boot a cluster/);
    assert.match(await exec([command, 'up', '--help']), /--isolated/);
    for (const shell of ['bash', 'zsh', 'fish'])
      assert.match(await exec([command, 'completion', shell]), /isolated/);
    const script = `source <(${command} completion bash); COMP_WORDS=(tiphys image lo); COMP_CWORD=2; _tiphys; echo "\${COMPREPLY[*]}"`;
    assert.equal(await exec(['bash', '-c', script]), 'load\n');
  });
});
