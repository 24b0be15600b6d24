// Machines whose clocks are off by an hour or a day, ahead and behind: an agent's node and its pods go on; of three servers the one with the wrong
// clock is left alone until it is right. Clocks are bent for what uses the C library, so that OpenSSL judges certificates by them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Lease } from '../../src/api/kinds/coordination/v1/lease.ts';
import { Pod } from '../../src/api/kinds/core/v1/pod.ts';
import type { Client } from '../../src/client/client.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { withoutEtcd } from '../../src/store/etcd/etcd.fake.ts';
import { eventually } from '../support/eventually.ts';
import { Writer } from '../support/several-servers/load.ts';
import { SeveralServers } from '../support/several-servers/scene.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Renewals of servers' Leases are ten seconds apart, and two of them have to be seen. */
const NOTICED_MS = 60_000;

describe('machines whose clocks are off', { skip: withoutEtcd, timeout: 400_000 }, () => {
  let scene: SeveralServers;
  let client: Client;
  before(async () => {
    scene = await SeveralServers.start('tph-e2e-clocks', { agents: 1, clocks: true });
    client = await scene.client(scene.servers[0]!);
  });
  after(() => scene?.end());

  const runsAPod = async (name: string) => {
    const containers = [{ name: 'main', image: 'busybox:1', command: ['sleep', '1000'] }];
    const spec = { containers, terminationGracePeriodSeconds: 0 };
    await client.create(Pod, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default' },
      spec,
    });
    await eventually(
      `pod ${name}`,
      async () => (await client.get(Pod, name, 'default')).status?.phase === 'Running',
      60_000,
    );
  };

  test('an agent’s: its node is ready, takes pods, and the API reaches them, also when it is started anew', async () => {
    const [agent] = scene.agents;
    const renewed = async () =>
      Date.parse((await client.get(Lease, agent!.name, 'kube-node-lease')).spec?.renewTime ?? '');
    for (const off of [-DAY, -HOUR, DAY]) {
      await scene.running.get(agent!)!.kill('TERM');
      agent!.setClock(off);
      scene.startAgent(agent!);
      const about = (ms: number) => Math.abs(ms - systemClock.now() - off) < 60_000;
      await eventually(`a heartbeat ${off} ms off`, async () => about(await renewed()), 40_000);
      await scene.ready(client, [agent!.name]);
      await runsAPod(`off-by-${off}`.replace('--', '-minus-'));
      const [first] = (await client.list(Pod, { namespace: 'default' })).items;
      const words = [
        'exec',
        first!.metadata.name!,
        '--',
        'cat',
        '/var/run/secrets/kubernetes.io/serviceaccount/token',
      ];
      assert.match(await scene.kubectl(scene.servers[0]!, ...words), /^ey/);
    }
    agent!.setClock(0);
  });

  test('a server’s: it says so, others lead and have the virtual address, and no write is lost', async () => {
    const line = await scene.line('virtual');
    const writer = new Writer(line, 'clock');
    try {
      for (const off of [DAY, -HOUR]) {
        const victim = (await scene.holder())!;
        const others = scene.servers.filter((one) => one !== victim);
        const own = await scene.client(others[0]!);
        victim.setClock(off);
        await eventually(
          'the server is left alone',
          async () => {
            const { stdout, stderr } = await victim.tryExec(scene.kubectlOf('get', '--raw', '/readyz/clock'));
            const text = stdout + stderr;
            const isHeld = (await scene.holder()) === victim;
            return (
              !isHeld &&
              /the clock of this machine is about \d+ s (ahead of|behind) those of most servers/.test(text)
            );
          },
          NOTICED_MS,
        );
        assert.notEqual(await scene.leader(own), victim);
        assert.notEqual(await scene.leader(own, 'kube-controller-manager'), victim);
        await runsAPod(`server-off-by-${off}`.replace('--', '-minus-'));
        victim.setClock(0);
        await eventually(
          'it is ready again',
          async () => (await victim.exec(scene.kubectlOf('get', '--raw', '/readyz'))) === 'ok',
          NOTICED_MS,
        );
      }
    } finally {
      await writer.stop();
    }
    assert.deepEqual(await writer.lost(client), []);
  });
});
