import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Deployment } from '../api/kinds/apps/v1/deployment.ts';
import { Node } from '../api/kinds/core/v1/node.ts';
import type { Pod } from '../api/kinds/core/v1/pod.ts';
import { type SimCluster, simCluster } from './cluster.ts';
import { aDeployment } from './objects/workloads.ts';
import { podsOf } from './observe.ts';
import { traceOf } from './trace.ts';

const isReady = (pod: Pod) => pod.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True');
const live = async (cluster: SimCluster) =>
  (await podsOf(cluster, 'app=web')).filter((pod) => !pod.metadata.deletionTimestamp);
const nodesOf = (pods: readonly Pod[]) => [...new Set(pods.map((pod) => pod.spec?.nodeName))].sort();

/** Until exactly `count` pods are left, all of them ready and of this image. */
const rolledOut = (cluster: SimCluster, count: number, image = 'busybox:1') =>
  cluster.until(
    `${count} pods of ${image}`,
    async () => {
      const all = await podsOf(cluster, 'app=web');
      const good = all.filter((pod) => isReady(pod) && pod.spec?.containers[0]?.image === image);
      return all.length === count && good.length === count ? good : undefined;
    },
    1_000,
  );

const whole = { controllers: 'all', scheduler: true, nodes: 2 } as const;

describe('a whole simulated cluster', () => {
  it('registers its nodes, gives them pod ranges, and takes the not-ready taint off', async (t) => {
    const cluster = await simCluster(whole, t);
    await cluster.step(5_000);
    const { items } = await cluster.client.list(Node);
    assert.deepEqual(
      items.map((node) => [node.metadata.name, node.spec?.podCIDR, node.spec?.taints ?? []]),
      [
        ['node1', '10.128.0.0/24', []],
        ['node2', '10.128.1.0/24', []],
      ],
    );
  });

  it('rolls a Deployment out over both nodes, and a new image after it', async (t) => {
    const cluster = await simCluster(whole, t);
    await cluster.client.create(Deployment, aDeployment('web', { replicas: 4 }));
    assert.deepEqual(nodesOf(await rolledOut(cluster, 4)), ['node1', 'node2']);
    const containers = [{ name: 'main', image: 'busybox:2' }];
    await cluster.client.patch(Deployment, 'web', 'default', 'strategic', {
      spec: { template: { spec: { containers } } },
    });
    await rolledOut(cluster, 4, 'busybox:2');
    const images = cluster.nodes.flatMap(({ runtime }) =>
      [...runtime.containers.values()].filter((c) => c.state === 'running').map((c) => c.config.image.image),
    );
    assert.equal(images.length, 4);
  });

  it('moves the pods of a node that has died to the other one', async (t) => {
    const cluster = await simCluster(whole, t);
    await cluster.client.create(Deployment, aDeployment('web', { replicas: 4 }));
    await rolledOut(cluster, 4);
    await cluster.node('node2').stop();
    const moved = await cluster.until(
      'four ready pods on node1',
      async () => {
        const pods = (await live(cluster)).filter(isReady);
        return pods.length === 4 && nodesOf(pods).join() === 'node1' ? pods : undefined;
      },
      10_000,
    );
    assert.equal(moved.length, 4);
  });

  it('does the same from the same seed, and other things from another', async (t) => {
    const run = async (seed: number) => {
      const cluster = await simCluster({ ...whole, seed }, t);
      const trace = await traceOf(cluster);
      await cluster.client.create(Deployment, aDeployment('web', { replicas: 4 }));
      await rolledOut(cluster, 4);
      await cluster.step(20_000);
      return trace.lines();
    };
    const first = await run(7);
    assert.ok(first.length > 50);
    assert.deepEqual(await run(7), first);
    assert.notDeepEqual(await run(8), first);
  });
});
