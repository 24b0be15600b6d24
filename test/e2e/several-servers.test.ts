// Three servers and an agent on machines of their own: the server that leads is killed under load. No acknowledged write is lost, no promised
// pod runs twice. What each fault costs is measured by `npm run bench -- ha failover`.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { withoutEtcd } from '../../src/store/etcd/etcd.fake.ts';
import { serverKilled } from '../support/several-servers/faults.ts';
import { measure } from '../support/several-servers/measure.ts';
import { Promised } from '../support/several-servers/promised.ts';
import { SeveralServers } from '../support/several-servers/scene.ts';

describe('several servers on machines', { skip: withoutEtcd, timeout: 400_000 }, () => {
  let scene: SeveralServers;
  before(async () => {
    scene = await SeveralServers.start('tph-e2e-ha', { agents: 1 });
  });
  after(() => scene?.end());

  test('kubectl works on each server, and one of them has the virtual address', async () => {
    for (const machine of scene.servers)
      assert.match(await scene.kubectl(machine, 'get', 'nodes', '-o', 'name'), /^node\/m4$/m);
    assert.ok(await scene.holder());
  });

  test('when the server that leads is killed another one goes on', async () => {
    const promised = await Promised.start(scene, await scene.client(scene.servers[0]!), 2);
    const { pod, lost } = await measure(scene, serverKilled, 0);
    assert.deepEqual(lost, []);
    assert.deepEqual(promised.twice, []);
    // The machine may have much else to do; ten seconds are the promise on one that has not.
    assert.ok(pod < 30_000, `a pod after ${pod} ms`);
  });
});
