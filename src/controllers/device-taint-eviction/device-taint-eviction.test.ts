import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { FeatureGates } from '../../api/features/feature-gates.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { DeviceToleration } from '../../api/kinds/resource/v1/device.ts';
import { ResourceClaim } from '../../api/kinds/resource/v1/resource-claim.ts';
import { ResourceSlice } from '../../api/kinds/resource/v1/resource-slice.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { servedApis } from '../../cluster/runtime-config.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aBoundPod } from '../../sim/objects/pod.ts';
import { eventsAbout, findPod } from '../../sim/observe.ts';
import { endOf, newestOf, selects } from './plan.ts';
import { RULES } from './rule-status.ts';

const NAME = 'device-taint-eviction-controller';
const features = new FeatureGates('DRADeviceTaintRules=true');
const DRIVER = 'gpu.example.com';
const API = 'resource.k8s.io/v1';

const clusterWith = async (t: TestContext, gates = features) => {
  const apis = await servedApis('resource.k8s.io/v1beta2=true', gates);
  const apiServer = { features: gates, ...(apis && { apis }) };
  return simCluster({ controllers: [NAME], settings: { features: gates }, apiServer }, t);
};

const publish = (
  cluster: SimCluster,
  generation: number,
  taints: object[] = [],
  name = `slice-${generation}`,
) =>
  cluster.client.create(ResourceSlice, {
    apiVersion: API,
    kind: 'ResourceSlice',
    metadata: { name },
    spec: {
      ...{ driver: DRIVER, nodeName: 'node1' },
      pool: { name: 'node1', generation, resourceSliceCount: 1 },
      devices: [{ name: 'gpu-0', taints } as { name: string }],
    },
  });

/** A pod that runs with the device gpu-0, by a claim of its own. */
async function podWithDevice(cluster: SimCluster, name: string, tolerations: DeviceToleration[] = []) {
  const { client } = cluster;
  const claim = `${name}-claim`;
  const pod = await client.create(
    Pod,
    aBoundPod(name, { resourceClaims: [{ name: 'gpu', resourceClaimName: claim }] }),
  );
  const made = await client.create(ResourceClaim, {
    apiVersion: API,
    kind: 'ResourceClaim',
    metadata: { name: claim, namespace: 'default' },
    spec: {
      devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu', allocationMode: 'All' } }] },
    },
  });
  const results = [{ request: 'gpu', driver: DRIVER, pool: 'node1', device: 'gpu-0', tolerations }];
  const status = {
    allocation: { devices: { results } },
    reservedFor: [{ resource: 'pods', name, uid: pod.metadata.uid! }],
  };
  await client.update(ResourceClaim, { ...made, status }, { subresource: 'status' });
  await cluster.settle();
  return pod;
}

const rule = (cluster: SimCluster, effect: 'NoExecute' | 'NoSchedule' | 'None', device = 'gpu-0') =>
  cluster.client.create(RULES, {
    apiVersion: 'resource.k8s.io/v1beta2',
    kind: 'DeviceTaintRule',
    metadata: { name: 'broken' },
    spec: { deviceSelector: { driver: DRIVER, device }, taint: { key: 'example.com/broken', effect } },
  });

const report = async (cluster: SimCluster) => {
  const found = conditionOf(await cluster.client.get(RULES, 'broken'), 'EvictionInProgress');
  return found && [found.status, found.reason, found.message];
};

const isEvicted = (cluster: SimCluster, name: string) => async () => {
  const pod = await findPod(cluster, name);
  return pod === undefined || pod.metadata.deletionTimestamp !== undefined;
};

describe('a pod whose device is tainted', () => {
  it('is deleted when the driver says so, with its condition and an event', async (t) => {
    const cluster = await clusterWith(t, new FeatureGates());
    const slice = await publish(cluster, 1);
    await podWithDevice(cluster, 'a');
    await podWithDevice(cluster, 'tolerant', [{ operator: 'Exists', effect: 'NoExecute' }]);
    assert.ok(!(await isEvicted(cluster, 'a')()));
    const taints = [{ key: 'example.com/broken', effect: 'NoExecute' as const }];
    await cluster.client.update(ResourceSlice, {
      ...slice,
      spec: { ...slice.spec!, devices: [{ name: 'gpu-0', taints }] },
    });
    await cluster.until('the pod is deleted', isEvicted(cluster, 'a'));
    await cluster.settle();
    const evicted = await findPod(cluster, 'a');
    const condition = conditionOf(evicted!, 'DisruptionTarget');
    assert.deepEqual(
      [condition?.reason, condition?.message],
      ['DeletionByDeviceTaintManager', 'Device Taint manager: deleting due to NoExecute taint'],
    );
    assert.deepEqual(await eventsAbout(cluster, 'a'), [
      'Normal DeviceTaintManagerEviction Marking for deletion',
    ]);
    assert.ok(!(await isEvicted(cluster, 'tolerant')()));
  });

  it('stays as long as its claim tolerates the taint, and for good when the taint goes', async (t) => {
    const cluster = await clusterWith(t);
    await publish(cluster, 1);
    const tolerations = [{ key: 'example.com/broken', operator: 'Exists', effect: 'NoExecute' }] as const;
    await podWithDevice(cluster, 'short', [{ ...tolerations[0], tolerationSeconds: 30 }]);
    await podWithDevice(cluster, 'long', [{ ...tolerations[0], tolerationSeconds: 600 }]);
    await rule(cluster, 'NoExecute');
    await cluster.step(29_000);
    assert.ok(!(await isEvicted(cluster, 'short')()));
    assert.deepEqual(await report(cluster), [
      'True',
      'PodsPendingEviction',
      '2 pods need to be evicted in 1 namespace.',
    ]);
    await cluster.step(2_000);
    assert.ok(await isEvicted(cluster, 'short')());
    await cluster.client.delete(RULES, 'broken');
    await cluster.step(1_000_000);
    assert.ok(!(await isEvicted(cluster, 'long')()));
    assert.deepEqual(await eventsAbout(cluster, 'long'), [
      'Normal DeviceTaintManagerEviction Cancelling deletion',
    ]);
  });

  it('is not the one that a former claim of the name was reserved for', async (t) => {
    const cluster = await clusterWith(t);
    await publish(cluster, 1);
    await podWithDevice(cluster, 'a');
    await cluster.client.delete(Pod, 'a', 'default', { gracePeriodSeconds: 0 });
    await cluster.client.create(
      Pod,
      aBoundPod('a', { resourceClaims: [{ name: 'gpu', resourceClaimName: 'a-claim' }] }),
    );
    await rule(cluster, 'NoExecute');
    await cluster.settle();
    assert.ok(!(await isEvicted(cluster, 'a')()));
    assert.deepEqual(await report(cluster), ['False', 'NotStarted', '']);
  });
});

describe('a DeviceTaintRule', () => {
  it('says how far its eviction is', async (t) => {
    const cluster = await clusterWith(t);
    await publish(cluster, 1);
    await podWithDevice(cluster, 'a');
    await rule(cluster, 'NoExecute');
    await cluster.until('the pod is deleted', isEvicted(cluster, 'a'));
    await cluster.client.delete(Pod, 'a', 'default', { gracePeriodSeconds: 0 });
    await cluster.step(11_000);
    await cluster.step(11_000);
    assert.deepEqual(await report(cluster), [
      'False',
      'Completed',
      '1 pod evicted since starting the controller.',
    ]);
  });

  it('without an effect says what it would do', async (t) => {
    const cluster = await clusterWith(t);
    await publish(cluster, 1);
    await podWithDevice(cluster, 'a');
    await rule(cluster, 'None');
    await cluster.settle();
    assert.ok(!(await isEvicted(cluster, 'a')()));
    assert.deepEqual(await report(cluster), [
      'False',
      'NoEffect',
      '1 published device selected. 1 allocated device selected. 1 pod would be evicted in 1 namespace if the effect was NoExecute. This information will not be updated again. Recreate the DeviceTaintRule to trigger an update.',
    ]);
    const broken = await cluster.client.get(RULES, 'broken');
    const taint = { ...broken.spec.taint, effect: 'NoSchedule' as const };
    await cluster.client.update(RULES, { ...broken, spec: { ...broken.spec, taint } });
    await cluster.settle();
    assert.deepEqual(await report(cluster), [
      'False',
      'OtherEffect',
      'Eviction only happens for the NoExecute effect.',
    ]);
  });

  it('has no effect while its gate is off', async (t) => {
    const cluster = await clusterWith(t, new FeatureGates());
    await publish(cluster, 1);
    await podWithDevice(cluster, 'a');
    await rule(cluster, 'NoExecute');
    await cluster.step(20_000);
    assert.ok(!(await isEvicted(cluster, 'a')()));
    assert.equal(await report(cluster), undefined);
  });
});

describe('taints of devices', () => {
  const taint = { key: 'k', value: 'v', effect: 'NoExecute', timeAdded: '1970-01-01T00:01:40Z' } as const;
  const toleration = { operator: 'Exists', effect: 'NoExecute' } as const;

  it('end the use of a device after the shortest toleration', () => {
    assert.equal(endOf(taint), 100_000);
    assert.equal(endOf(taint, [toleration]), undefined);
    assert.equal(endOf(taint, [{ ...toleration, tolerationSeconds: 5 }]), 105_000);
    const two = [5, 3].map((tolerationSeconds) => ({ ...toleration, tolerationSeconds }));
    assert.equal(endOf(taint, two), 103_000);
    assert.equal(endOf(taint, [...two, toleration]), undefined);
    assert.equal(endOf(taint, [{ ...toleration, tolerationSeconds: -5 }]), 100_000);
    assert.equal(endOf(taint, [{ ...toleration, key: 'other' }]), 100_000);
    // As upstream: a toleration of all effects does not count.
    assert.equal(endOf(taint, [{ operator: 'Exists' }]), 100_000);
  });

  it('come from rules that select the device', () => {
    const device = { driver: 'd', pool: 'p', device: 'x' };
    const of = (deviceSelector?: object) =>
      ({ metadata: {}, spec: { taint, ...(deviceSelector && { deviceSelector }) } }) as Parameters<
        typeof selects
      >[0];
    assert.equal(selects(of(), device), false);
    assert.equal(selects(of({}), device), true);
    assert.equal(selects(of({ driver: 'd', pool: 'p', device: 'x' }), device), true);
    assert.equal(selects(of({ driver: 'd', pool: 'q' }), device), false);
  });

  it('of slices of an older generation do not count', () => {
    const slice = (generation: number, name: string) =>
      ({
        metadata: { name },
        spec: { driver: 'd', pool: { name: 'p', generation, resourceSliceCount: 1 } },
      }) as ResourceSlice;
    const names = newestOf([slice(1, 'a'), slice(3, 'b'), slice(2, 'c'), slice(3, 'd')]);
    assert.deepEqual(
      names.map(({ metadata }) => metadata.name),
      ['b', 'd'],
    );
  });
});
