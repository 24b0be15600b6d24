// A node that comes back after it was given up: what others got meanwhile ends before it is ready.
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import type { Client } from '../../client/client.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { silentLogger } from '../../kit/log.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aBoundPod, aContainer } from '../../sim/objects/pod.ts';
import { podInPhase } from '../../sim/observe.ts';
import type { PodWorker } from '../pod-workers/pod-worker.ts';
import { FormerPods } from './former-pods.ts';

const MINUTE = 60_000;
const STUBBORN = { containers: [aContainer('main', { command: ['sh', '-c', "trap '' TERM; serve"] })] };

async function start(t: TestContext): Promise<SimCluster> {
  const cluster = await simCluster({ nodes: 1, controllers: ['node-lifecycle-controller'] }, t);
  await cluster.client.create(Pod, aBoundPod('former', STUBBORN));
  await podInPhase(cluster, 'former', 'Running');
  return cluster;
}

const readiness = async ({ client }: SimCluster) => conditionOf(await client.get(Node, 'node1'), 'Ready');
const runs = (cluster: SimCluster) =>
  [...cluster.node().runtime.containers.values()].some(({ state }) => state === 'running');
const remove = (cluster: SimCluster, gracePeriodSeconds: number) =>
  cluster.client.delete(Pod, 'former', 'default', { gracePeriodSeconds });

/** Resolves with what Ready said while the pod ran, when the node is ready. */
async function untilReady(cluster: SimCluster): Promise<string[]> {
  const said: string[] = [];
  await cluster.until(
    'the node is ready',
    async () => {
      const { status = '', message = '' } = (await readiness(cluster)) ?? {};
      if (runs(cluster)) said.push(`${status} ${message}`);
      return status === 'True';
    },
    200,
  );
  return said;
}

const allUnready = (said: readonly string[]) =>
  assert.deepEqual(
    said.filter((one) => one.startsWith('True')),
    [],
  );

describe('a node that was given up', () => {
  it('is ready after a partition when the pods have ended that were taken from it, and soon', async (t) => {
    const cluster = await start(t);
    cluster.node().apiServer.setAway(true);
    await cluster.until(
      'it is given up',
      async () => (await readiness(cluster))?.status === 'Unknown',
      1_000,
    );
    await remove(cluster, 0);
    // Watches are tried again ever more seldom meanwhile.
    await cluster.clock.step(10 * MINUTE);
    assert.ok(runs(cluster));
    cluster.node().apiServer.setAway(false);
    const back = cluster.clock.monotonic();
    const said = await untilReady(cluster);
    allUnready(said);
    assert.ok(said.some((one) => one.includes('pods that are no longer of this node still run: former')));
    const took = cluster.clock.monotonic() - back;
    assert.ok(took <= 45_000, `took ${took} ms`);
  });

  it('is ready after its kubelet was away when the pods have ended that were taken from it', async (t) => {
    const cluster = await start(t);
    await cluster.node().stop();
    await cluster.until(
      'it is given up',
      async () => (await readiness(cluster))?.status === 'Unknown',
      1_000,
    );
    await remove(cluster, 0);
    assert.ok(runs(cluster));
    const starting = cluster.node().start();
    allUnready(await untilReady(cluster));
    await starting;
    assert.ok(!runs(cluster));
  });

  it('waits for pods that are being deleted, half a minute at most', async (t) => {
    const cluster = await start(t);
    for (const [grace, most] of [
      [20, 40_000],
      [3_000, 60_000],
    ] as const) {
      await cluster.client.create(Pod, aBoundPod(`ends-in-${grace}`, STUBBORN));
      await podInPhase(cluster, `ends-in-${grace}`, 'Running');
      await cluster.node().stop();
      await cluster.until(
        'it is given up',
        async () => (await readiness(cluster))?.status === 'Unknown',
        1_000,
      );
      await cluster.client.delete(Pod, `ends-in-${grace}`, 'default', { gracePeriodSeconds: grace });
      await cluster.node().start();
      const back = cluster.clock.monotonic();
      await untilReady(cluster);
      const took = cluster.clock.monotonic() - back;
      assert.ok(took >= Math.min(20_000, grace * 1_000) && took <= most, `${grace}: took ${took} ms`);
    }
  });

  it('that was not given up stays ready while its kubelet is started again', async (t) => {
    const cluster = await start(t);
    await cluster.node().stop();
    await remove(cluster, 0);
    const starting = cluster.node().start();
    for (let i = 0; i < 50; i++) {
      assert.equal((await readiness(cluster))?.status, 'True');
      await cluster.step(100);
    }
    await starting;
  });

  it('waits for pods of whose deletion it has not heard yet, however long, and has watches tried meanwhile', async () => {
    const clock = new SteppedClock();
    const metadata = { uid: 'u', deletionTimestamp: '2026-01-01T00:00:00Z' };
    const pod = aBoundPod('late', {}, metadata);
    const worker = { uid: 'u', pod, state: 'sync' };
    const workers = new Map([['u', worker as PodWorker]]);
    const list = async () => ({ items: [pod], resourceVersion: '1' });
    const client = { list: list as Client['list'] };
    let tries = 0;
    const onAnswer = () => void tries++;
    const former = new FormerPods({
      ...{ nodeName: 'node1', client, registry: { workers }, clock, log: silentLogger, onAnswer },
    });
    former.known();
    former.begin();
    await clock.step(100_000);
    assert.match(former.problem ?? '', /late/);
    assert.ok(tries > 10);
    worker.state = 'terminated';
    await clock.step(1_000);
    assert.equal(former.problem, undefined);
  });
});
