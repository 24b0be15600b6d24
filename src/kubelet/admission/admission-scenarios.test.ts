// Admission over a whole kubelet: which pods count against a new one, once and never again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { simCluster } from '../../sim/cluster.ts';
import { aBoundPod, aContainer } from '../../sim/objects/pod.ts';
import { eventsAbout, findPod, podInPhase } from '../../sim/observe.ts';

const claiming = (name: string) =>
  aBoundPod(name, { containers: [aContainer('main', { ports: [{ containerPort: 80, hostPort: 8080 }] })] });

const TAKEN = "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports";

test('a pod whose host port is taken fails; once the port is free another one runs', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { client } = cluster;
  await client.create(Pod, claiming('first'));
  await podInPhase(cluster, 'first', 'Running');
  await client.create(Pod, claiming('second'));
  const { status } = await podInPhase(cluster, 'second', 'Failed');
  assert.deepEqual([status?.reason, status?.message], ['NodePorts', `Pod was rejected: ${TAKEN}`]);
  assert.equal(status?.containerStatuses, undefined);
  const event = `Warning NodePorts ${TAKEN}`;
  await cluster.until('the event', async () => (await eventsAbout(cluster, 'second')).includes(event));
  await client.delete(Pod, 'first', 'default', { gracePeriodSeconds: 1 });
  await cluster.until('it is gone', async () => !(await findPod(cluster, 'first')), 500);
  await client.create(Pod, claiming('third'));
  await podInPhase(cluster, 'third', 'Running');
});

test('a pod that has ended takes no port', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const first = claiming('first');
  Object.assign(first.spec!, { restartPolicy: 'Never', activeDeadlineSeconds: 5 });
  await cluster.client.create(Pod, first);
  await podInPhase(cluster, 'first', 'Failed', 500);
  await cluster.client.create(Pod, claiming('second'));
  await podInPhase(cluster, 'second', 'Running');
});

test('of two pods that come at once and want one port, one runs and one fails', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { client } = cluster;
  await Promise.all(['a', 'b'].map((name) => client.create(Pod, claiming(name))));
  const phases = async () =>
    (await client.list(Pod, { namespace: 'default' })).items.map(({ status }) => status?.phase).sort();
  await cluster.until('both are decided', async () => !(await phases()).includes('Pending'));
  assert.deepEqual(await phases(), ['Failed', 'Running']);
});

test('a new kubelet rejects nothing that runs, and counts it before it has looked at it', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { client } = cluster;
  await client.create(Pod, claiming('old'));
  await podInPhase(cluster, 'old', 'Running');
  await cluster.node().stop();
  await client.create(Pod, claiming('another'));
  const taints = [{ key: 'k', effect: 'NoExecute' }];
  await client.patch(Node, 'node1', undefined, 'merge', { spec: { taints } });
  await cluster.node().start();
  const another = await podInPhase(cluster, 'another', 'Failed');
  assert.equal(another.status?.reason, 'NodePorts');
  assert.equal((await findPod(cluster, 'old'))?.status?.phase, 'Running');
  await client.create(Pod, aBoundPod('late'));
  assert.equal((await podInPhase(cluster, 'late', 'Failed')).status?.reason, 'TaintToleration');
});

test('a label that the Node has got just now counts', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { client } = cluster;
  await client.patch(Node, 'node1', undefined, 'merge', { metadata: { labels: { disk: 'ssd' } } });
  await client.create(Pod, aBoundPod('web', { nodeSelector: { disk: 'ssd' } }));
  await podInPhase(cluster, 'web', 'Running');
});
