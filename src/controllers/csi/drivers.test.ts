import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { CSINode } from '../../api/kinds/storage/v1/csi-node.ts';
import type { CsiCaller } from '../../csi/caller.ts';
import { deleteVolume } from '../../csi/messages/controller.ts';
import { GrpcError } from '../../kit/grpc/status.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { FakeDriver } from './driver.fake.ts';
import { Drivers, within } from './drivers.ts';
import { NoSuchDriver } from './proxied-driver.ts';
import { addNode, contextIn, DRIVER, TOPOLOGY } from './scene.fake.ts';

let cluster: SimCluster;
let driver: FakeDriver;
let drivers: Drivers;
/** Nodes that do not answer. */
let away: string[];
/** Kubelets have not heard of the driver. */
let unknown: boolean;
/** Calls end when they are given up. */
let hanging: boolean;
let asked: string[];
let told: string[];
let stops: (() => void)[];

describe('the drivers of a cluster', () => {
  beforeEach(async () => {
    cluster = await simCluster();
    driver = new FakeDriver();
    [away, asked, told] = [[], [], []];
    const context = contextIn(cluster, 'csi-provisioner');
    [unknown, hanging] = [false, false];
    const callerOf = (node: string): CsiCaller =>
      hanging
        ? { unary: (_, __, { signal } = {}) => untilAborted(signal!) }
        : unknown
          ? { unary: () => Promise.reject(new NoSuchDriver(node, DRIVER)) }
          : answering(node);
    const answering = (node: string): CsiCaller =>
      away.includes(node)
        ? { unary: () => Promise.reject(new GrpcError('unavailable', `${node} is away`)) }
        : driver.on(node);
    drivers = new Drivers(context, { callerOf });
    await addNode(cluster, 'n1');
    const watches = drivers.watches((name) => {
      asked.push(name);
      return [`key of ${name}`];
    });
    await Promise.all(watches.map(({ informer }) => informer.synced()));
    stops = watches.map((one) => one.attach((key) => told.push(key)));
    stops.push(() => context.informers.stop());
    await cluster.settle();
  });
  afterEach(async () => {
    for (const stop of stops) stop();
    await cluster.stop();
  });
  const remove = (reach?: Parameters<Drivers['caller']>[1]) =>
    drivers.caller(DRIVER, reach).unary(deleteVolume, { volumeId: 'v', secrets: {} });

  it('are told of when they come or go, once for many nodes at a time', async () => {
    assert.deepEqual(told, []);
    await Promise.all(['n2', 'n3', 'n4'].map((name) => addNode(cluster, name)));
    assert.ok(told.length > 0 && told.every((key) => key === `key of ${DRIVER}`));
    assert.equal(drivers.nodes(DRIVER).length, 4);
    const before = asked.length;
    await cluster.client.patch(CSINode, 'n2', undefined, 'merge', { metadata: { labels: { a: 'b' } } });
    await cluster.settle();
    assert.equal(asked.length, before);
    await cluster.client.delete(CSINode, 'n2');
    await cluster.settle();
    assert.equal(asked.length, before + 1);
    assert.equal(drivers.nodes(DRIVER).length, 3);
  });

  it('are called on the next node when one has no answer', async () => {
    await addNode(cluster, 'n2');
    away = ['n1'];
    await remove();
    assert.deepEqual(driver.calls, ['n2 DeleteVolume']);
  });

  it('are called on no other node about a volume of one', async () => {
    await addNode(cluster, 'n2');
    away = ['n1'];
    await assert.rejects(remove(within({ [TOPOLOGY]: 'n1' })), { message: 'n1 is away' });
    await assert.rejects(remove(within({ [TOPOLOGY]: 'n9' })), { code: 'unavailable' });
    assert.deepEqual(driver.calls, []);
  });

  it('are asked again, ever more seldom, when their kubelet does not know them', async () => {
    unknown = true;
    assert.equal(await drivers.ours(DRIVER), undefined);
    assert.equal(await drivers.ours(DRIVER), undefined);
    await cluster.step(1_100);
    assert.deepEqual(asked, [DRIVER]);
    assert.equal(await drivers.ours(DRIVER), undefined);
    await cluster.step(1_100);
    assert.equal(asked.length, 1);
    unknown = false;
    await cluster.step(1_000);
    assert.equal(asked.length, 2);
    assert.equal((await drivers.ours(DRIVER))?.hasController, true);
  });

  it('are not waited for when the controller stops', async () => {
    hanging = true;
    const call = assert.rejects(remove(), { code: 'unavailable' });
    await cluster.settle();
    for (const stop of stops.splice(0)) stop();
    await call;
  });

  it('have answers of their own, which are final', async () => {
    await addNode(cluster, 'n2');
    driver.faults.push({ method: 'DeleteVolume', code: 'failedPrecondition' });
    await assert.rejects(remove(), { code: 'failedPrecondition' });
    assert.equal(driver.calls.length, 1);
  });
});

const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(new GrpcError('unavailable', 'given up'))),
  );
