import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FeatureGates } from '../../../api/features/feature-gates.ts';
import { servedApis } from '../../../cluster/runtime-config.ts';
import { type Body, create } from '../../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';

const GROUP = '/apis/resource.k8s.io';
const CLAIMS = 'namespaces/default/resourceclaims';

async function server(gates: string, store?: SimCluster['store']): Promise<SimCluster> {
  const features = new FeatureGates(gates);
  const apis = await servedApis('resource.k8s.io/v1beta1=true', features);
  return simCluster({ apiServer: { features, ...(apis && { apis }), ...(store && { store }) } });
}
const object = <S extends object>(kind: string, spec: S, version = 'v1') => ({
  ...{ apiVersion: `resource.k8s.io/${version}`, kind, metadata: { name: 'a' }, spec },
});
const put = async ({ call }: SimCluster, path: string, body: Body): Promise<Body> => {
  const answer = await call('PUT', path, body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
};

const exactly = { deviceClassName: 'gpu', allocationMode: 'All' };
const capacity = { requests: { size: '1' } };
const tolerations = [{ key: 'k', operator: 'Exists' }];
const plainRequests = [
  { name: 'r', exactly },
  { name: 's', firstAvailable: [{ name: 't', ...exactly }] },
];
const requests = [
  { name: 'r', exactly: { ...exactly, capacity, tolerations } },
  { name: 's', firstAvailable: [{ name: 't', ...exactly, capacity, tolerations }] },
];
const claim = object('ResourceClaim', {
  devices: { requests, constraints: [{ matchAttribute: 'x.example/a', distinctAttribute: 'x.example/b' }] },
});

test('claims lose what belongs to features that are off, unless it is stored', async () => {
  const off = 'DRAConsumableCapacity=false,DRADeviceTaintRules=false,DRADeviceTaints=false';
  const on = await server('');
  const full = await create(on, `${GROUP}/v1/${CLAIMS}`, claim);
  assert.deepEqual(full.spec.devices.requests, requests);
  const without = await server(off, on.store);
  const again = await put(without, `${GROUP}/v1/${CLAIMS}/a`, {
    ...full,
    metadata: { ...full.metadata, labels: { a: 'b' } },
  });
  assert.deepEqual(again.spec, full.spec);
  const fresh = await server(off);
  const dropped = await create(fresh, `${GROUP}/v1/${CLAIMS}`, claim);
  assert.deepEqual(dropped.spec.devices, {
    requests: plainRequests,
    constraints: [{ matchAttribute: 'x.example/a' }],
  });
  const template = await create(
    fresh,
    `${GROUP}/v1/namespaces/default/resourceclaimtemplates`,
    object('ResourceClaimTemplate', { spec: claim.spec }),
  );
  assert.deepEqual(template.spec.spec.devices.requests, plainRequests);
});

test('claims of v1beta1 lose it, too', async () => {
  const fresh = await server('DRAConsumableCapacity=false,DRADeviceTaints=false');
  const { exactly: main, ...named } = requests[0]!;
  const beta = object('ResourceClaim', { devices: { requests: [{ ...named, ...main }] } }, 'v1beta1');
  const made = await create(fresh, `${GROUP}/v1beta1/${CLAIMS}`, beta);
  assert.deepEqual(made.spec.devices.requests, [{ name: 'r', ...exactly }]);
});

test('alternatives are dropped without the gate DRAPrioritizedList', async () => {
  const { call } = await server('DRAPrioritizedList=false');
  const { status, body } = await call('POST', `${GROUP}/v1/${CLAIMS}`, claim);
  assert.deepEqual(
    [status, body.details.causes.map(({ field, message }: Body) => `${field}: ${message}`)],
    [
      422,
      ['spec.devices.requests[1]: Required value: exactly one of `exactly` or `firstAvailable` is required'],
    ],
  );
});

const slice = (more: object, device: object) =>
  object('ResourceSlice', {
    driver: 'x.example',
    pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
    devices: [{ name: 'd', ...device }],
    ...more,
  });

test('slices lose what belongs to features that are off, unless it is stored', async () => {
  const features = 'DRANodeAllocatableResources=true,DRAListTypeAttributes=true';
  const off =
    'DRADeviceTaints=false,DRAPartitionableDevices=false,DRADeviceBindingConditions=false,DRAConsumableCapacity=false';
  const rich = slice(
    { nodeName: 'n' },
    {
      taints: [{ key: 'k', effect: 'NoSchedule', timeAdded: '2026-01-01T00:00:00Z' }],
      consumesCounters: [{ counterSet: 'c', counters: { a: { value: '1' } } }],
      bindsToNode: true,
      bindingConditions: ['a'],
      bindingFailureConditions: ['b'],
      allowMultipleAllocations: true,
      capacity: { size: { value: '2', requestPolicy: { default: '1', validValues: ['1'] } } },
      attributes: { a: { int: 1 }, b: { int: 1, ints: [1] } },
      nodeAllocatableResourceMappings: { memory: { capacityKey: 'size', allocationMultiplier: '1' } },
    },
  );
  const path = `${GROUP}/v1/resourceslices`;
  const attributes = { a: { int: 1 }, b: { int: 1 } };
  const stored = { ...rich, spec: { ...rich.spec, devices: [{ ...rich.spec.devices[0], attributes }] } };
  const on = await server(features);
  const full = await create(on, path, stored);
  assert.deepEqual(full.spec.devices, stored.spec.devices);
  const without = await server(off, on.store);
  const again = await put(without, `${path}/a`, {
    ...full,
    metadata: { ...full.metadata, labels: { a: 'b' } },
  });
  assert.deepEqual(again.spec, full.spec);
  const dropped = await create(await server(off), path, rich);
  assert.deepEqual(dropped.spec.devices, [{ name: 'd', capacity: { size: { value: '2' } }, attributes }]);
  const beta = object(
    'ResourceSlice',
    {
      ...rich.spec,
      devices: rich.spec.devices.map(({ name, ...basic }) => ({ name, basic })),
    },
    'v1beta1',
  );
  const fromBeta = await create(await server(off), `${GROUP}/v1beta1/resourceslices`, beta);
  assert.deepEqual(fromBeta.spec.devices, [
    { name: 'd', basic: { capacity: { size: { value: '2' } }, attributes } },
  ]);
});

test('binding conditions need the status of devices, too', async () => {
  const gates =
    'DRADeviceBindingConditions=false,DRAResourceClaimDeviceStatus=false,DRAResourceClaimGranularStatusAuthorization=false';
  const binding = { bindsToNode: true, bindingConditions: ['a'], bindingFailureConditions: ['b'] };
  const made = await create(
    await server(gates),
    `${GROUP}/v1/resourceslices`,
    slice({ nodeName: 'n' }, binding),
  );
  assert.deepEqual(made.spec.devices, [{ name: 'd' }]);
});

test('shared counters and nodes of single devices need the gate DRAPartitionableDevices', async () => {
  const { call } = await server('DRAPartitionableDevices=false');
  const counters = [{ name: 'c', counters: { a: { value: '1' } } }];
  const shared = slice({ perDeviceNodeSelection: true, sharedCounters: counters }, { nodeName: 'n' });
  const { body } = await call('POST', `${GROUP}/v1/resourceslices`, shared);
  assert.deepEqual(
    body.details.causes.map(({ field, reason }: Body) => [field, reason]),
    [['spec', 'FieldValueRequired']],
  );
});

test('a taint counts from the time it was published, and a driver in capital letters is warned of', async () => {
  const cluster = await server('');
  const taints = [{ key: 'k', effect: 'NoSchedule' }];
  const spec = { ...slice({ nodeName: 'n' }, { taints }).spec, driver: 'X.example' };
  const { body, headers } = await cluster.call(
    'POST',
    `${GROUP}/v1/resourceslices`,
    object('ResourceSlice', spec),
  );
  assert.deepEqual(body.spec.devices[0].taints, [
    { ...taints[0], timeAdded: body.metadata.creationTimestamp },
  ]);
  assert.match(
    headers.warning!,
    /spec.driver: driver names should be lowercase; \\"X.example\\" contains uppercase characters/,
  );
});

test('the name of an extended resource needs the gate DRAExtendedResource', async () => {
  const path = `${GROUP}/v1/deviceclasses`;
  const named = object('DeviceClass', { extendedResourceName: 'x.example/gpu' });
  const on = await server('');
  const full = await create(on, path, named);
  assert.equal(full.spec.extendedResourceName, 'x.example/gpu');
  const without = await server('DRAExtendedResource=false', on.store);
  const other = { ...full, spec: { ...full.spec, extendedResourceName: 'x.example/other' } };
  assert.deepEqual((await put(without, `${path}/a`, other)).spec, other.spec);
  const dropped = await create(await server('DRAExtendedResource=false'), path, named);
  assert.deepEqual(dropped.spec, {});
});
