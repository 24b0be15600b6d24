// Agents on two networks are lost under load, and come back: by a partition, and as another machine of the same name. What may run only once runs
// only once, and a node is ready again when nothing of its former pods runs. `npm run bench -- ha failover` has all kinds of losses.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Node } from '../../src/api/kinds/core/v1/node.ts';
import { Pod } from '../../src/api/kinds/core/v1/pod.ts';
import { withoutEtcd } from '../../src/store/etcd/etcd.fake.ts';
import { eventually } from '../support/eventually.ts';
import { ROOT } from '../support/join-scene.ts';
import type { Machine } from '../support/machines/machine.ts';
import { measureAgent } from '../support/several-servers/agent-lost.ts';
import { agentPartitioned } from '../support/several-servers/faults.ts';
import { Promised } from '../support/several-servers/promised.ts';
import { SeveralServers } from '../support/several-servers/scene.ts';

describe('agents that are lost', { skip: withoutEtcd, timeout: 400_000 }, () => {
  let scene: SeveralServers;
  let promised: Promised;
  let [m4, , m6]: Machine[] = [];
  before(async () => {
    scene = await SeveralServers.start('tph-e2e-agents', { routed: true });
    [m4, , m6] = scene.agents as [Machine, Machine, Machine];
    promised = await Promised.start(scene, await scene.client(scene.servers[0]!), 3);
  });
  after(() => scene?.end());

  /** Another machine with the name and address of one that is gone: nothing of the old one's disk is left. */
  async function replace(machine: Machine): Promise<void> {
    const client = await scene.client(scene.servers[1]!);
    const before = (await client.get(Node, machine.name)).metadata.uid;
    await machine.kill();
    await client.delete(Node, machine.name);
    await machine.boot();
    await machine.exec(['sh', '-c', `rm -rf ${ROOT} /var/lib/kubelet/* /var/lib/cni/* /var/log/pods/*`]);
    await scene.join(machine);
    assert.notEqual((await client.get(Node, machine.name)).metadata.uid, before);
  }

  test('by a partition: their pods run elsewhere, and have ended when the node is ready again', async () => {
    const costs = await measureAgent(scene, agentPartitioned, m4!, () => replace(m6!));
    const seen = `${JSON.stringify(costs)}\n${scene.running.get(m4!)!.output().slice(-4_000)}`;
    assert.deepEqual(costs.former, [], seen);
    assert.deepEqual(costs.lost, []);
    // 50 s without a heartbeat, and pods are taken from one node every ten seconds.
    assert.ok(costs.givenUp < 75_000 && costs.moved < 100_000, JSON.stringify(costs));
    assert.ok(costs.back < 30_000, JSON.stringify(costs));
  });

  test('and what may run only once runs, and ran only once', async () => {
    const client = await scene.client(scene.servers[2]!);
    await eventually(
      'all promised pods',
      async () => {
        const { items } = await client.list(Pod, {
          namespace: 'default',
          labelSelector: 'app in (promised,index)',
        });
        const running = items.filter(
          ({ status, metadata }) => status?.phase === 'Running' && !metadata.deletionTimestamp,
        );
        return running.length === promised.names.length;
      },
      60_000,
    );
    assert.deepEqual(promised.twice, []);
    assert.ok(
      promised.names.some((name) => promised.starts(name) > 1),
      'some were moved',
    );
  });
});
