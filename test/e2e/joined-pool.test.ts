// Addresses of a pool, given by a server and announced by machines that have joined it: a machine beside them reaches a Service by ARP, and
// goes on reaching it when the machine that announced the address loses its power.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { repository } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { JoinScene, tiphys } from '../support/join-scene.ts';
import type { Machine } from '../support/machines/machine.ts';

describe('addresses of a pool across machines', { timeout: 600_000 }, () => {
  let scene: JoinScene;
  before(async () => {
    scene = await JoinScene.start('tph-e2e-joined-pool', 2, 1, [
      '--load-balancer-pool',
      '172.30.1.200-172.30.1.209',
    ]);
    const command = await scene.joinCommand();
    for (const machine of scene.nodes) {
      await scene.join(machine, command);
      await machine.exec([tiphys, 'image', 'build', '--name', machine.name, `${repository}/examples/hello`]);
    }
  });
  after(() => scene?.end());

  const holders = async (address: string): Promise<Machine[]> => {
    const found = [];
    for (const machine of scene.nodes.filter(({ running }) => running))
      if ((await machine.exec(['ip', '-o', 'addr'])).includes(` ${address}/`)) found.push(machine);
    return found;
  };
  const fetches = async (address: string) =>
    (await scene.server.tryExec(['busybox', 'timeout', '2', 'busybox', 'wget', '-qO-', `http://${address}/`]))
      .stdout;

  test('is reached from a machine beside the nodes, also after the announcing one has lost its power', async () => {
    await scene.kubectl('apply', '-f', `${repository}/examples/hello/hello.yaml`);
    const topologySpreadConstraints = [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { app: 'hello' } },
        // Those of the revision before do not count.
        matchLabelKeys: ['pod-template-hash'],
      },
    ];
    const patch = { spec: { replicas: 2, template: { spec: { topologySpreadConstraints } } } };
    await scene.kubectl('patch', 'deployment', 'hello', '-p', JSON.stringify(patch));
    await scene.kubectl('patch', 'service', 'hello', '-p', '{"spec":{"type":"LoadBalancer"}}');
    await scene.kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s');
    const path = 'jsonpath={.status.loadBalancer.ingress[0].ip}';
    const address = await eventually('an address', () =>
      scene.kubectl('get', 'service', 'hello', '-o', path),
    );
    assert.match(address, /^172\.30\.1\.20\d$/);
    await eventually('an answer', async () => (await fetches(address)).includes('Ahoy'));
    const [first, ...others] = await holders(address);
    assert.ok(first);
    assert.deepEqual(others, []);
    await first.kill();
    const other = scene.nodes.find(({ running }) => running)!;
    await eventually('another holder', async () => (await holders(address)).includes(other));
    await eventually('an answer of the other', async () => (await fetches(address)).includes('Ahoy'));
  });
});
