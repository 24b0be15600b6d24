import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { VolumeAttachment } from '../../api/kinds/storage/v1/volume-attachment.ts';
import { discoverKinds } from '../../client/rest/discovery.ts';
import { RestClient } from '../../client/rest/rest-client.ts';
import type { Transport, TransportRequest } from '../../client/transport/transport.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { silentLogger } from '../../kit/log.ts';
import { setNodeReady } from '../../sim/by-hand/nodes.ts';
import { type SimCluster, type SimClusterOptions, simCluster } from '../../sim/cluster.ts';
import { eventsAbout, findPod } from '../../sim/observe.ts';
import { openMemoryStore } from '../../store/memory/memory-store.ts';
import { startControllers } from '../all.ts';
import {
  addManagedNode,
  addPod,
  addVolume,
  attach,
  attachedTo,
  attachment,
  attachments,
  CONTROLLER,
  detach,
  nameOfVolume,
  removePod,
  use,
} from './scenario.fake.ts';

const MINUTE = 60_000;
const FORCED = 'attach_detach_controller_attachdetach_controller_forced_detaches';

/** The volume `v` is attached to n1, which uses it for the pod `p`. */
async function inUse(t: Pick<TestContext, 'after'>, options: SimClusterOptions = {}): Promise<SimCluster> {
  const cluster = await simCluster({ controllers: [CONTROLLER], ...options }, t);
  for (const name of ['n1', 'n2']) await addManagedNode(cluster, name);
  await addVolume(cluster, 'v');
  await addPod(cluster, 'p', 'n1');
  await cluster.settle();
  await attach(cluster, 'n1');
  await use(cluster, 'n1', 'v');
  return cluster;
}

const isCounted = ({ metrics }: SimCluster, reason: string) =>
  metrics.render().includes(`${FORCED}{reason="${reason}"} 1\n`);

test('a volume of a node that is down is detached six minutes after the last pod has been deleted', async (t) => {
  const cluster = await inUse(t);
  await setNodeReady(cluster, 'n1', 'False');
  await cluster.step(10 * MINUTE);
  assert.equal(await attachments(cluster), 'n1');
  await removePod(cluster, 'p');
  await cluster.settle();
  await cluster.step(6 * MINUTE - 1);
  assert.deepEqual([await attachments(cluster), await attachedTo(cluster, 'n1')], ['n1', ['v']]);
  await cluster.step(1);
  assert.deepEqual([await attachments(cluster), await attachedTo(cluster, 'n1')], ['n1-', []]);
  assert.ok(isCounted(cluster, 'timeout'));
});

test('setting the clock shortens and lengthens no wait for a node that is down', async (t) => {
  for (const set of [60 * MINUTE, -60 * MINUTE]) {
    const cluster = await inUse(t);
    await setNodeReady(cluster, 'n1', 'False');
    await removePod(cluster, 'p');
    await cluster.settle();
    cluster.clock.setBy(set);
    for (const ready of ['True', 'False'] as const) await setNodeReady(cluster, 'n1', ready);
    await cluster.step(6 * MINUTE - 1);
    assert.equal(await attachments(cluster), 'n1', `${set}`);
    await cluster.step(1);
    assert.equal(await attachments(cluster), 'n1-', `${set}`);
  }
});

test('a node that is ready is waited for as long as it takes, and one that comes down later is not', async (t) => {
  const cluster = await inUse(t);
  await removePod(cluster, 'p');
  await cluster.step(30 * MINUTE);
  assert.equal(await attachments(cluster), 'n1');
  await setNodeReady(cluster, 'n1', 'False');
  await cluster.settle();
  assert.equal(await attachments(cluster), 'n1-');
});

test('a pod that comes back in time keeps the volume', async (t) => {
  const cluster = await inUse(t);
  await setNodeReady(cluster, 'n1', 'False');
  await removePod(cluster, 'p');
  await cluster.step(5 * MINUTE);
  await addPod(cluster, 'q', 'n1');
  await cluster.step(5 * MINUTE);
  await removePod(cluster, 'q');
  await cluster.step(5 * MINUTE);
  assert.equal(await attachments(cluster), 'n1');
});

test('--disable-force-detach-on-timeout waits for a node that is down', async (t) => {
  const cluster = await inUse(t, { settings: { attachDetach: { disableForceDetachOnTimeout: true } } });
  await setNodeReady(cluster, 'n1', 'False');
  await removePod(cluster, 'p');
  await cluster.step(60 * MINUTE);
  assert.equal(await attachments(cluster), 'n1');
});

test('a node out of service loses its pods and their volumes at once, so that others start elsewhere', async (t) => {
  const cluster = await inUse(t, {
    controllers: [CONTROLLER, 'pod-garbage-collector', 'taint-eviction-controller'],
  });
  const status = { phase: 'Running', containerStatuses: [runningStatus] };
  await cluster.client.patch(Pod, 'p', 'default', 'merge', { status }, { subresource: 'status' });
  await setNodeReady(cluster, 'n1', 'False');
  await addPod(cluster, 'q', 'n2');
  await cluster.step(10 * MINUTE);
  assert.equal(await attachments(cluster), 'n1');
  const taints = [{ key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute' }];
  await cluster.client.patch(Node, 'n1', undefined, 'merge', { spec: { taints } });
  await cluster.step(20_000);
  assert.equal(await findPod(cluster, 'p'), undefined);
  assert.equal(await attachments(cluster), 'n1-');
  assert.ok(isCounted(cluster, 'out-of-service'));
  await detach(cluster, 'n1');
  assert.equal(await attachments(cluster), 'n2');
});

const runningStatus = {
  ...{ name: 'main', image: 'i', imageID: 'i', ready: true, restartCount: 0 },
  state: { running: { startedAt: '2030-01-01T00:00:00Z' } },
};

test('a node that is deleted is believed what it said last', async (t) => {
  const cluster = await inUse(t);
  await addVolume(cluster, 'w');
  await addPod(cluster, 'q', 'n2', 'w');
  await cluster.settle();
  await attach(cluster, 'n2', 'w');
  for (const node of ['n1', 'n2']) await cluster.client.delete(Node, node);
  await cluster.step(MINUTE);
  assert.equal(await attachments(cluster), 'n1 n2');
  for (const pod of ['p', 'q']) await removePod(cluster, pod);
  await cluster.settle();
  assert.equal(await attachments(cluster), 'n1 n2-');
  await cluster.step(6 * MINUTE);
  assert.equal(await attachments(cluster), 'n1- n2-');
});

test('a node that was deleted before the controller started is taken to use its volumes', async (t) => {
  const clock = new SteppedClock();
  const store = openMemoryStore({ clock });
  const setUp = await inUse({ after: () => {} }, { clock, apiServer: { store } });
  await use(setUp, 'n1');
  await setUp.stop();
  const alone = await simCluster({ clock, apiServer: { store } });
  await alone.client.delete(Node, 'n1');
  await removePod(alone, 'p');
  await alone.stop();
  const cluster = await simCluster({ controllers: [CONTROLLER], clock, apiServer: { store } }, t);
  await cluster.step(5 * MINUTE);
  assert.equal(await attachments(cluster), 'n1');
  await cluster.step(MINUTE);
  assert.equal(await attachments(cluster), 'n1-');
});

/** Runs the controller in `cluster`; `interrupt` comes before the first of its requests that `is` selects. Returns its writes. */
async function interrupted(
  t: TestContext,
  cluster: SimCluster,
  is: (request: TransportRequest) => boolean,
  interrupt: () => Promise<unknown>,
): Promise<readonly string[]> {
  const { clock, random, informers, transport } = cluster;
  const requests: string[] = [];
  let isOver = false;
  const between: Transport = {
    watch: (request) => transport.watch(request),
    async request(request) {
      if (!isOver && is(request)) {
        isOver = true;
        await interrupt();
      }
      if (!request.path.endsWith('/events'))
        requests.push(
          `${request.method} ${request.path.split('/').find((part) => /^(nodes|volumeattachments)$/.test(part))}`,
        );
      return transport.request(request);
    },
  };
  const running = startControllers({
    ...{ clock, random, informers, log: silentLogger, settings: { rootCa: '' }, only: [CONTROLLER] },
    client: new RestClient({ transport: between, clock }),
    discover: () => discoverKinds(transport),
    openApi: async () => undefined,
    groupVersions: async () => [],
  });
  t.after(() => running.stop());
  await running.started;
  return requests;
}

test('a volume stays attached if its node says that it uses it when the volume leaves the list', async (t) => {
  const cluster = await simCluster({}, t);
  await interrupted(
    t,
    cluster,
    ({ method, path, body }) =>
      method === 'PATCH' && path.endsWith('/nodes/n1/status') && String(body).includes('null'),
    () => use(cluster, 'n1', 'v'),
  );
  for (const name of ['n1', 'n2']) await addManagedNode(cluster, name);
  await addVolume(cluster, 'v');
  await addPod(cluster, 'p', 'n1');
  await cluster.settle();
  await attach(cluster, 'n1');
  await removePod(cluster, 'p');
  await cluster.step(MINUTE);
  assert.deepEqual([await attachments(cluster), await attachedTo(cluster, 'n1')], ['n1', ['v']]);
  await use(cluster, 'n1');
  assert.deepEqual([await attachments(cluster), await attachedTo(cluster, 'n1')], ['n1-', []]);
});

test('a volume that is in the list of its node leaves it first, whatever the cache shows', async (t) => {
  const cluster = await simCluster({}, t);
  const volumesAttached = [{ name: nameOfVolume('v'), devicePath: '' }];
  const requests = await interrupted(
    t,
    cluster,
    ({ method, path }) => method === 'GET' && path.endsWith('/nodes/n1'),
    // As by another controller, which runs for a moment longer.
    () =>
      cluster.client.patch(
        Node,
        'n1',
        undefined,
        'merge',
        { status: { volumesAttached } },
        { subresource: 'status' },
      ),
  );
  await addManagedNode(cluster, 'n1');
  await addVolume(cluster, 'v');
  await addPod(cluster, 'p', 'n1');
  await cluster.settle();
  await removePod(cluster, 'p');
  await cluster.settle();
  assert.deepEqual(requests, [
    'POST volumeattachments',
    'GET nodes',
    'PATCH nodes',
    'DELETE volumeattachments',
  ]);
});

const isDown = () => Promise.reject(new Error('connection refused'));

test('a pod learns that the attachment could not be made, and it is made later', async (t) => {
  const cluster = await simCluster({}, t);
  await interrupted(t, cluster, ({ path }) => path.endsWith('/volumeattachments'), isDown);
  await addManagedNode(cluster, 'n1');
  await addVolume(cluster, 'v');
  await addPod(cluster, 'p', 'n1');
  await cluster.settle();
  const why = 'kubernetes.io/csi: attacher.Attach failed: connection refused';
  assert.deepEqual(await eventsAbout(cluster, 'p'), [
    `Warning FailedAttachVolume AttachVolume.Attach failed for volume "v" : ${why}`,
  ]);
  await cluster.step(500);
  assert.equal(await attachments(cluster), 'n1');
});

test('a deletion without an answer is sent again, even if a pod has come in the meantime', async (t) => {
  const cluster = await simCluster({}, t);
  await interrupted(t, cluster, ({ method }) => method === 'DELETE', isDown);
  await addManagedNode(cluster, 'n1');
  await addVolume(cluster, 'v');
  await addPod(cluster, 'p', 'n1');
  await cluster.settle();
  await attach(cluster, 'n1');
  await removePod(cluster, 'p');
  await cluster.settle();
  await addPod(cluster, 'q', 'n1');
  await cluster.settle();
  assert.deepEqual(await attachedTo(cluster, 'n1'), []);
  await cluster.step(500);
  assert.equal(await attachments(cluster), 'n1-');
});

test('an attachment is found by the node’s status when its volume is gone', async (t) => {
  const cluster = await inUse(t);
  const metadata = { finalizers: null };
  await cluster.client.patch(PersistentVolume, 'v', undefined, 'merge', { metadata });
  await cluster.client.delete(PersistentVolume, 'v');
  await use(cluster, 'n1');
  assert.deepEqual([await attachments(cluster), await attachedTo(cluster, 'n1')], ['n1-', []]);
});

test('a node cannot detach the volume of another whose name ends as its own', async (t) => {
  const cluster = await inUse(t);
  const driver = 'disk.example.com';
  const victim = `${driver}1`;
  for (const name of ['1', victim]) await addManagedNode(cluster, name);
  await addVolume(cluster, 'w');
  await addPod(cluster, 'q', victim, 'w');
  // The names of the attachments are made of the same characters as those of the others' volumes.
  const names = [`kubernetes.io/csi/${driver}n^handle-v`, `kubernetes.io/csi/${driver}^handle-w${driver}`];
  const status = { volumesAttached: names.map((name) => ({ name, devicePath: '' })) };
  await use(cluster, 'n1');
  const before = (await attachment(cluster, victim, 'w'))?.metadata;
  await cluster.client.patch(Node, '1', undefined, 'merge', { status }, { subresource: 'status' });
  await cluster.settle();
  assert.equal(await attachments(cluster), `${victim} n1`);
  assert.deepEqual((await attachment(cluster, victim, 'w'))?.metadata, before);
});

type Step = (cluster: SimCluster) => Promise<unknown>;

/** A volume goes from one node to another, and is left at last. */
const steps: readonly Step[] = [
  (cluster) => addPod(cluster, 'p', 'n1'),
  (cluster) => attach(cluster, 'n1'),
  (cluster) => use(cluster, 'n1', 'v'),
  (cluster) => addPod(cluster, 'q', 'n2'),
  (cluster) => removePod(cluster, 'p'),
  (cluster) => use(cluster, 'n1'),
  (cluster) => detach(cluster, 'n1'),
  (cluster) => attach(cluster, 'n2'),
  (cluster) => use(cluster, 'n2', 'v'),
  (cluster) => removePod(cluster, 'q'),
  (cluster) => use(cluster, 'n2'),
  (cluster) => detach(cluster, 'n2'),
];

const STATES = ['n1', 'n1', 'n1', 'n1', 'n1', 'n1-', 'n2', 'n2', 'n2', 'n2', 'n2-', ''];

for (const isBefore of [true, false])
  test(`a controller that starts again ${isBefore ? 'before' : 'after'} every step goes on where the last one was`, async () => {
    const clock = new SteppedClock();
    const store = openMemoryStore({ clock });
    const start = () => simCluster({ controllers: [CONTROLLER], clock, apiServer: { store } });
    const setUp = await start();
    for (const name of ['n1', 'n2']) await addManagedNode(setUp, name);
    await addVolume(setUp, 'v');
    await setUp.stop();
    for (const [i, step] of steps.entries()) {
      if (isBefore) {
        // Without a controller, what the step does is seen by the next one only.
        const alone = await simCluster({ clock, apiServer: { store } });
        await step(alone);
        await alone.stop();
      }
      const cluster = await start();
      if (!isBefore) await step(cluster);
      await cluster.settle();
      assert.equal(await attachments(cluster), STATES[i], `step ${i}`);
      const before = await versions(cluster);
      await cluster.step(5 * MINUTE);
      assert.deepEqual(await versions(cluster), before, `at rest after step ${i}`);
      await cluster.stop();
    }
  });

async function versions({ client }: SimCluster): Promise<Record<string, string | undefined>> {
  const lists = [Node, Pod, PersistentVolume, PersistentVolumeClaim, VolumeAttachment].map(async (kind) =>
    (await client.list(kind)).items.map(({ metadata }) => [
      `${kind.resource.kind}/${metadata.name}`,
      metadata.resourceVersion,
    ]),
  );
  return Object.fromEntries((await Promise.all(lists)).flat());
}
