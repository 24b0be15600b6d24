// Nodes that are deleted, and machines that are replaced: whatever has the name afterwards is a whole node.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '../../src/kit/clock.ts';
import { repository } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { type JoinCommand, JoinScene, ROOT, tiphys } from '../support/join-scene.ts';
import type { Machine } from '../support/machines/machine.ts';
import type { Program } from '../support/machines/program.ts';

interface NodeFacts {
  readonly metadata: {
    readonly uid: string;
    readonly labels: Record<string, string>;
    readonly annotations: Record<string, string>;
  };
  readonly spec: { readonly podCIDR: string };
}

describe('machines that join again', { timeout: 600_000 }, () => {
  let scene: JoinScene;
  let command: JoinCommand;
  let [m2, m3]: Machine[] = [];
  let agent3: Program;
  before(async () => {
    scene = await JoinScene.start('tph-e2e-join-again', 2, 2);
    [m2, m3] = scene.nodes as [Machine, Machine];
    command = await scene.joinCommand();
    await scene.join(m2!, command, '--node-labels', 'disk=fast');
    agent3 = await scene.join(m3!, command);
    for (const machine of scene.nodes)
      await machine.exec([tiphys, 'image', 'build', '--name', machine.name, `${repository}/examples/hello`]);
  });
  after(() => scene?.end());

  const node = async (name: string): Promise<NodeFacts> =>
    JSON.parse(await scene.kubectl('get', 'node', name, '-o', 'json'));
  const pod = async (name: string, nodeName: string): Promise<string> => {
    const overrides = JSON.stringify({ spec: { nodeName } });
    await scene.kubectl(
      'run',
      name,
      '--image',
      'localhost/hello:1',
      '--image-pull-policy',
      'Never',
      '--overrides',
      overrides,
    );
    await scene.kubectl('wait', 'pod', name, '--for=condition=Ready', '--timeout=60s');
    return scene.kubectl('get', 'pod', name, '-o', 'jsonpath={.status.podIP}');
  };
  const reaches = async (from: string, address: string) =>
    (await scene.tryKubectl('exec', from, '--', 'timeout', '3', 'wget', '-qO-', `http://${address}:8080/`))
      .code === 0;

  test('a Node that was deleted is registered again with all that it had', async () => {
    const before = await node('m2');
    await scene.kubectl('delete', 'node', 'm2');
    const now = await eventually(
      'the Node',
      async () => {
        const found = await node('m2');
        return found.metadata.annotations['tiphys.io/pod-network'] ? found : undefined;
      },
      30_000,
    );
    await scene.ready('m2');
    assert.notEqual(now.metadata.uid, before.metadata.uid);
    assert.equal(now.metadata.labels.disk, 'fast');
    assert.equal(now.metadata.annotations['tiphys.io/dns'], 'true');
    assert.equal(now.spec.podCIDR, before.spec.podCIDR);
    const [a, b] = [await pod('a', 'm2'), await pod('b', 'm3')];
    await eventually('a to b', () => reaches('a', b));
    await eventually('b to a', () => reaches('b', a));
  });

  test('a machine that waits for a server ends at once when it is told to', async () => {
    const { token, hash } = command;
    const words = ['--token', token, '--ca-hash', hash, '--root-dir', '/var/lib/tiphys/waiting'];
    const waiting = scene.agent(m2!, `${m2!.address}:1`, ...words);
    await eventually('the wait', () => waiting.output().includes('waiting for the API server'));
    const begin = systemClock.monotonic();
    await waiting.kill('TERM');
    assert.equal(await waiting.ended, 0);
    assert.ok(systemClock.monotonic() - begin < 5_000);
  });

  test('another machine takes the name of one that is gone, with a token', async () => {
    const before = await node('m3');
    await m3!.kill();
    await scene.kubectl('delete', 'node', 'm3');
    await m3!.boot();
    await m3!.exec(['sh', '-c', `rm -rf ${ROOT} /var/lib/kubelet/* /var/lib/cni/*`]);
    const { code, stderr } = await m3!.tryExec([tiphys, 'join', command.server]);
    assert.equal(code, 1, 'without a token it has nothing to show');
    assert.match(stderr, /give --token or --token-file/);
    agent3 = await scene.join(m3!, await scene.joinCommand());
    const now = await node('m3');
    assert.notEqual(now.metadata.uid, before.metadata.uid);
    await m3!.exec([tiphys, 'image', 'build', '--name', 'm3', `${repository}/examples/hello`]);
    const c = await pod('c', 'm3');
    await eventually('a to c', () => reaches('a', c));
    assert.ok(agent3.running);
  });
});
