import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FeatureGates } from '../../api/features/feature-gates.ts';
import type { ResourceClaim } from '../../api/kinds/resource/v1/resource-claim.ts';
import type { ResourceSlice } from '../../api/kinds/resource/v1/resource-slice.ts';
import type { ResourcePoolStatusRequest } from '../../api/kinds/resource/v1alpha3/resource-pool-status-request.ts';
import { servedApis } from '../../cluster/runtime-config.ts';
import { create } from '../../sim/api-calls.ts';
import { simCluster } from '../../sim/cluster.ts';
import { answer } from './plan.ts';

const NOW = '2026-01-01T00:00:00Z';
const HOUR = 3_600_000;

const slice = (name: string, pool: string, devices: number, more: object = {}) =>
  ({
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceSlice',
    metadata: { name },
    spec: {
      driver: 'd.example.com',
      nodeName: 'n1',
      pool: { name: pool, generation: 1, resourceSliceCount: 1 },
      devices: Array.from({ length: devices }, (_, i) => ({ name: `d${i}` })),
      ...more,
    },
  }) satisfies ResourceSlice;
const request = (spec: object = {}): ResourcePoolStatusRequest => ({
  apiVersion: 'resource.k8s.io/v1alpha3',
  kind: 'ResourcePoolStatusRequest',
  metadata: { name: 'r' },
  spec: { driver: 'd.example.com', limit: 100, ...spec },
});
const allocated = (pool: string, driver = 'd.example.com') =>
  ({
    spec: {},
    status: { allocation: { devices: { results: [{ request: 'r', driver, pool, device: 'd0' }] } } },
  }) as ResourceClaim;
const of = (spec: object, slices: ResourceSlice[], claims: ResourceClaim[] = []) =>
  answer(request(spec), slices, claims, NOW);

test('pools are counted by the slices of their newest generation', () => {
  const old = { pool: { name: 'a', generation: 0, resourceSliceCount: 1 } };
  const status = of(
    {},
    [
      slice('s', 'b', 2),
      slice('t', 'a', 3),
      slice('u', 'a', 9, old),
      slice('v', 'c', 1, { driver: 'other' }),
    ],
    [allocated('a'), allocated('a', 'other')],
  );
  const counts = { driver: 'd.example.com', generation: 1, nodeName: 'n1', resourceSliceCount: 1 };
  assert.deepEqual(status?.pools, [
    {
      ...{ ...counts, poolName: 'a', totalDevices: 3, allocatedDevices: 1 },
      ...{ availableDevices: 2, unavailableDevices: 0 },
    },
    {
      ...{ ...counts, poolName: 'b', totalDevices: 2, allocatedDevices: 0 },
      ...{ availableDevices: 2, unavailableDevices: 0 },
    },
  ]);
  assert.equal(status?.poolCount, 2);
  assert.equal(status?.conditions?.[0]?.message, 'Calculated status for 2 pools');
});

test('a pool is on a node if all of its slices are, and counts when they are all there', () => {
  const pool = { pool: { name: 'a', generation: 1, resourceSliceCount: 2 } };
  assert.equal(of({}, [slice('s', 'a', 1, pool)]), undefined);
  const both = of({}, [slice('s', 'a', 1, pool), slice('t', 'a', 1, { ...pool, nodeName: 'n2' })]);
  assert.deepEqual([both?.pools?.[0]?.nodeName, both?.pools?.[0]?.totalDevices], [undefined, 2]);
});

test('an answer is limited, and may be about one pool or none', () => {
  const slices = ['c', 'a', 'b'].map((pool) => slice(pool, pool, 1));
  const names = (spec: object) => {
    const status = of(spec, slices);
    return [status?.poolCount, status?.pools?.map(({ poolName }) => poolName)];
  };
  assert.deepEqual(names({ limit: 2 }), [3, ['a', 'b']]);
  assert.deepEqual(names({ poolName: 'b' }), [1, ['b']]);
  assert.deepEqual(names({ driver: 'none' }), [0, undefined]);
});

test('a request is answered when the slices are there, keeps its answer, and is deleted an hour later', async () => {
  const features = new FeatureGates('DRAResourcePoolStatus=true');
  const apis = await servedApis('resource.k8s.io/v1alpha3=true', features);
  const cluster = await simCluster({
    controllers: ['resourcepoolstatusrequest-controller'],
    settings: { features },
    apiServer: { features, ...(apis && { apis }) },
  });
  const path = '/apis/resource.k8s.io/v1alpha3/resourcepoolstatusrequests';
  const slices = '/apis/resource.k8s.io/v1/resourceslices';
  const pool = { pool: { name: 'a', generation: 1, resourceSliceCount: 2 } };
  await create(cluster, slices, slice('s', 'a', 1, pool));
  const { limit: _, ...spec } = request().spec;
  const made = await create(cluster, path, { ...request(), spec, status: { poolCount: 7 } });
  assert.deepEqual([made.spec.limit, made.status], [100, undefined]);
  await cluster.step(60_000);
  assert.equal((await cluster.call('GET', `${path}/r`)).body.status, undefined);
  await create(cluster, slices, slice('t', 'a', 2, pool));
  const answered = await cluster.until('the request is answered', async () => {
    const { body } = await cluster.call('GET', `${path}/r`);
    return body.status && body;
  });
  assert.equal(answered.status.pools[0].totalDevices, 3);
  const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
  const table = await cluster.call('GET', path, undefined, { headers });
  assert.deepEqual(table.body.rows[0].cells.slice(0, 9), [
    ...['r', 'd.example.com', '3', '3', '0', '0', '0', 1, 'Complete'],
  ]);
  const again = await cluster.call(
    'PATCH',
    `${path}/r/status`,
    { status: { poolCount: 9 } },
    { headers: { 'content-type': 'application/merge-patch+json' } },
  );
  assert.equal(again.status, 422);
  assert.match(again.body.message, /status: Invalid value: .*: field is immutable$/);
  await cluster.step(HOUR + 1000);
  await cluster.until('it is gone', async () => (await cluster.call('GET', `${path}/r`)).status === 404);
  await cluster.stop();
});
