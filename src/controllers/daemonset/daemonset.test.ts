import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ControllerRevision } from '../../api/kinds/apps/v1/controller-revision.ts';
import { DaemonSet } from '../../api/kinds/apps/v1/daemon-set.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { addNode } from '../../sim/by-hand/nodes.ts';
import { runKubelets } from '../../sim/by-hand/pods.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aContainer, type PodSpec } from '../../sim/objects/pod.ts';
import { aDaemonSet } from '../../sim/objects/workloads.ts';
import { podsOf } from '../../sim/observe.ts';
import { targetNode } from './plan.ts';

const daemon = (spec: Parameters<typeof aDaemonSet>[1] = {}, podSpec: Partial<PodSpec> = {}): DaemonSet =>
  aDaemonSet('agent', spec, { containers: [aContainer('main', { image: 'v1' })], ...podSpec });

describe('the daemon set controller', () => {
  let cluster: SimCluster;
  beforeEach(async () => {
    cluster = await simCluster({ controllers: ['daemonset-controller', 'node-lifecycle-controller'] });
    await addNode(cluster, 'n1');
    await addNode(cluster, 'n2');
  });
  afterEach(() => cluster.stop());
  const create = async (set: DaemonSet) => {
    await cluster.client.create(DaemonSet, set);
    await cluster.settle();
  };
  const targets = async () => (await podsOf(cluster)).map(targetNode).sort();
  const setImage = (image: string) =>
    cluster.client.patch(DaemonSet, 'agent', 'default', 'strategic', {
      spec: { template: { spec: { containers: [{ name: 'main', image }] } } },
    });

  it('keeps the template as the bytes of a patch with sorted keys', async () => {
    await create(daemon({}, { containers: [{ image: 'v1', name: 'main', args: ['b', 'a'] }] }));
    const { items } = await cluster.client.list(ControllerRevision, { namespace: 'default' });
    const container =
      '{"args":["b","a"],"image":"v1","imagePullPolicy":"Always","name":"main","resources":{},' +
      '"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}';
    assert.equal(
      JSON.stringify(items[0]?.data),
      '{"spec":{"template":{"$patch":"replace","metadata":{"labels":{"app":"agent"}},' +
        `"spec":{"containers":[${container}],"dnsPolicy":"ClusterFirst","restartPolicy":"Always",` +
        '"schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30}}}}',
    );
  });

  it('creates one pod for each node, and for each node that is added', async () => {
    await create(daemon());
    assert.deepEqual(await targets(), ['n1', 'n2']);
    await addNode(cluster, 'n3');
    await cluster.settle();
    await runKubelets(cluster);
    assert.deepEqual(await targets(), ['n1', 'n2', 'n3']);
    const { status } = await cluster.client.get(DaemonSet, 'agent', 'default');
    assert.deepEqual(
      [status?.desiredNumberScheduled, status?.currentNumberScheduled, status?.numberAvailable],
      [3, 3, 3],
    );
  });

  it('runs only on nodes that it selects and whose taints it tolerates', async () => {
    await cluster.client.patch(Node, 'n1', undefined, 'merge', { metadata: { labels: { disk: 'ssd' } } });
    await create(daemon({}, { nodeSelector: { disk: 'ssd' } }));
    assert.deepEqual(await targets(), ['n1']);
    const taints = [{ key: 'keep', value: 'out', effect: 'NoExecute' }];
    await cluster.client.patch(Node, 'n1', undefined, 'merge', { spec: { taints } });
    await cluster.settle();
    await runKubelets(cluster);
    assert.deepEqual(await targets(), []);
  });

  it('replaces pods node by node when the template changes', async () => {
    await create(daemon());
    await runKubelets(cluster);
    await setImage('v2');
    await cluster.settle();
    const leaving = (await podsOf(cluster)).filter((pod) => pod.metadata.deletionTimestamp);
    const old = (await podsOf(cluster)).filter((pod) => pod.spec?.containers[0]?.image === 'v1');
    assert.ok(leaving.length <= 1 && old.length >= 1, 'one at a time');
    await runKubelets(cluster);
    const images = (await podsOf(cluster)).map((pod) => pod.spec?.containers[0]?.image);
    assert.deepEqual(images, ['v2', 'v2']);
    const { items } = await cluster.client.list(ControllerRevision, { namespace: 'default' });
    assert.deepEqual(items.map((one) => one.revision).sort(), [1, 2]);
    const { status } = await cluster.client.get(DaemonSet, 'agent', 'default');
    assert.equal(status?.updatedNumberScheduled, 2);
  });

  it('rolls back to an earlier template as a new revision', async () => {
    await create(daemon());
    await runKubelets(cluster);
    for (const image of ['v2', 'v1']) {
      await setImage(image);
      await cluster.settle();
      await runKubelets(cluster);
    }
    const { items } = await cluster.client.list(ControllerRevision, { namespace: 'default' });
    assert.deepEqual(items.map((one) => one.revision).sort(), [2, 3]);
  });

  it('replaces a failed pod at once, and its successors ever later', async () => {
    await create(daemon());
    await runKubelets(cluster);
    const failOn = async (node: string) => {
      const pod = (await podsOf(cluster)).find((one) => one.spec?.nodeName === node)!;
      const options = { subresource: 'status' };
      const status = { phase: 'Failed' };
      await cluster.client.patch(Pod, pod.metadata.name!, 'default', 'merge', { status }, options);
      await cluster.settle();
      return async () => {
        const found = (await podsOf(cluster)).find((one) => one.metadata.uid === pod.metadata.uid);
        return !found || found.metadata.deletionTimestamp !== undefined;
      };
    };
    const first = await failOn('n1');
    assert.equal(await first(), true);
    await runKubelets(cluster);
    const second = await failOn('n1');
    assert.equal(await second(), false);
    await cluster.step(1_100);
    assert.equal(await second(), true);
    await runKubelets(cluster);
    const third = await failOn('n1');
    await cluster.step(1_100);
    assert.equal(await third(), false);
    await cluster.step(1_000);
    assert.equal(await third(), true);
  });
});
