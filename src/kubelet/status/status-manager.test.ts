// How many writes a pod's start takes, over a whole kubelet.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { simCluster } from '../../sim/cluster.ts';
import { aBoundPod } from '../../sim/objects/pod.ts';
import { podInPhase } from '../../sim/observe.ts';

/** What each write of the status showed until the pod ran: its phase, and whether it had a sandbox. */
async function writesUntilRunning(pullTime: number, t: TestContext): Promise<string[]> {
  const cluster = await simCluster({ nodes: [{ runtime: { pullTime } }] }, t);
  const watch = await cluster.watch('/api/v1/namespaces/default/pods');
  const writes: string[] = [];
  const written = (async () => {
    while (!writes.at(-1)?.startsWith('Running')) {
      const { type, object } = await watch.next();
      if (type === 'END') return;
      const { status } = conditionOf(object, 'PodReadyToStartContainers') ?? {};
      if (type === 'MODIFIED') writes.push(`${object.status.phase} ${status}`);
    }
  })();
  await cluster.client.create(Pod, aBoundPod('web'));
  await podInPhase(cluster, 'web', 'Running', 500);
  await written;
  watch.stop();
  return writes;
}

test('a pod that starts at once takes two writes', async (t) => {
  assert.deepEqual(await writesUntilRunning(0, t), ['Pending False', 'Running True']);
});

test('while an image is pulled, the sandbox shows already', async (t) => {
  assert.deepEqual(await writesUntilRunning(5000, t), ['Pending False', 'Pending True', 'Running True']);
});
