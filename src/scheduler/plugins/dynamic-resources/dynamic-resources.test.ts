// The plugin in a cluster: pods with claims wait, get devices and nodes, and give them back.
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { FeatureGates } from '../../../api/features/feature-gates.ts';
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { DeviceClass } from '../../../api/kinds/resource/v1/device-class.ts';
import { ResourceClaim } from '../../../api/kinds/resource/v1/resource-claim.ts';
import { ResourceClaimTemplate } from '../../../api/kinds/resource/v1/resource-claim-template.ts';
import { type Device, ResourceSlice } from '../../../api/kinds/resource/v1/resource-slice.ts';
import { addNode as addTaintedNode } from '../../../sim/by-hand/nodes.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';
import { aContainer, aPod, type PodSpec } from '../../../sim/objects/pod.ts';
import { eventsAbout, findPod } from '../../../sim/observe.ts';
import {
  cel,
  claim,
  DRIVER,
  device,
  deviceClass,
  devices,
  request,
  slice,
} from './allocator/allocator.fake.ts';

const started = (t: TestContext) =>
  simCluster(
    {
      scheduler: true,
      controllers: ['resourceclaim-controller'],
      settings: { features: new FeatureGates() },
    },
    t,
  );

/** No controller takes away the taint of a new node here. */
const addNode = async (cluster: SimCluster, name: string) => {
  await addTaintedNode(cluster, name);
  await cluster.client.patch(Node, name, undefined, 'merge', { spec: { taints: null } });
};
const publish = ({ client }: SimCluster, node: string, all: readonly Device[], generation = 1) =>
  client.create(
    ResourceSlice,
    slice(`${node}-${generation}`, all, { nodeName: node, pool: { name: node, generation } }),
  );
const makeClass = ({ client }: SimCluster) => client.create(DeviceClass, deviceClass('any'));
const makeClaim = ({ client }: SimCluster, name: string, requests = [request('r')]) => {
  const made = claim(requests, {}, name);
  return client.create(ResourceClaim, { ...made, metadata: { name, namespace: 'default' } });
};
const using = (...claims: string[]): Partial<PodSpec> => ({
  resourceClaims: claims.map((name) => ({ name, resourceClaimName: name })),
});
const makePod = ({ client }: SimCluster, name: string, spec: Partial<PodSpec>) =>
  client.create(Pod, aPod(name, spec));
const nodeOf = async (cluster: SimCluster, name: string) => (await findPod(cluster, name))?.spec?.nodeName;
const onNode = (cluster: SimCluster, name: string, node?: string) =>
  cluster.until(
    `${name} has a node`,
    async () => {
      const found = await nodeOf(cluster, name);
      return found !== undefined && (node === undefined || node === found);
    },
    1_000,
  );
const getClaim = ({ client }: SimCluster, name: string) => client.get(ResourceClaim, name, 'default');
const failures = async (cluster: SimCluster, name: string) =>
  (await eventsAbout(cluster, name)).filter((event) => event.includes('FailedScheduling'));
const placement = ({ scheduler }: SimCluster, name: string) => scheduler.placements.of('default', name);

describe('a pod with a claim', () => {
  it('gets a node with a free device, and its claim says so', async (t) => {
    const cluster = await started(t);
    for (const name of ['n1', 'n2']) await addNode(cluster, name);
    await makeClass(cluster);
    await publish(cluster, 'n2', devices('gpu'));
    await makeClaim(cluster, 'c');
    const pod = await makePod(cluster, 'p', using('c'));
    await onNode(cluster, 'p', 'n2');
    const { metadata, status } = await getClaim(cluster, 'c');
    assert.deepEqual(metadata.finalizers, ['resource.kubernetes.io/delete-protection']);
    assert.deepEqual(status?.reservedFor, [{ resource: 'pods', name: 'p', uid: pod.metadata.uid }]);
    assert.deepEqual(status?.allocation?.devices?.results, [
      { request: 'r', driver: DRIVER, pool: 'n2', device: 'gpu' },
    ]);
    assert.ok(status?.allocation?.allocationTimestamp);
    assert.deepEqual(status?.allocation?.nodeSelector?.nodeSelectorTerms[0]?.matchFields?.[0]?.values, [
      'n2',
    ]);
  });

  it('waits for its claim, then for the class, then for devices', async (t) => {
    const cluster = await started(t);
    await addNode(cluster, 'n1');
    await makePod(cluster, 'p', using('c'));
    await cluster.step(2_000);
    const gated = await cluster.until('the pod is gated', async () => {
      const found = await placement(cluster, 'p');
      return found?.state === 'Gated' ? found : undefined;
    });
    assert.deepEqual(gated.reasons, ['could not find ResourceClaim "default/c"']);
    await makeClaim(cluster, 'c');
    await cluster.until('the pod is tried', async () => (await failures(cluster, 'p')).length > 0, 1_000);
    assert.match((await failures(cluster, 'p'))[0]!, /request r: device class any does not exist\. /);
    await makeClass(cluster);
    await cluster.until(
      'it is tried again',
      async () =>
        (await failures(cluster, 'p')).some((event) => event.includes('1 cannot allocate all claims.')),
      1_000,
    );
    await publish(cluster, 'n1', devices('gpu'));
    await onNode(cluster, 'p');
  });

  it('gets its claim from a template, which goes with the pod; the next pod gets the device', async (t) => {
    const cluster = await started(t);
    await addNode(cluster, 'n1');
    await makeClass(cluster);
    await publish(cluster, 'n1', devices('gpu'));
    await cluster.client.create(ResourceClaimTemplate, {
      ...{ apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaimTemplate' },
      metadata: { name: 't', namespace: 'default' },
      spec: { spec: { devices: { requests: [request('r')] } } },
    });
    const spec = { resourceClaims: [{ name: 'gpu', resourceClaimTemplateName: 't' }] };
    await makePod(cluster, 'first', spec);
    await onNode(cluster, 'first');
    await makePod(cluster, 'second', spec);
    await cluster.until('it fails', async () => (await failures(cluster, 'second')).length > 0, 1_000);
    assert.equal(await nodeOf(cluster, 'second'), undefined);
    const succeeded = { status: { phase: 'Succeeded' } };
    await cluster.client.patch(Pod, 'first', 'default', 'merge', succeeded, { subresource: 'status' });
    await onNode(cluster, 'second');
  });

  it('shares it with pods on the node of the device', async (t) => {
    const cluster = await started(t);
    for (const name of ['n1', 'n2']) await addNode(cluster, name);
    await makeClass(cluster);
    await publish(cluster, 'n1', devices('gpu'));
    await makeClaim(cluster, 'c');
    for (const name of ['a', 'b']) await makePod(cluster, name, using('c'));
    for (const name of ['a', 'b']) await onNode(cluster, name, 'n1');
    const { status } = await getClaim(cluster, 'c');
    assert.deepEqual(status?.reservedFor?.map(({ name }) => name).sort(), ['a', 'b']);
    const elsewhere = { ...using('c'), nodeSelector: { 'kubernetes.io/hostname': 'n2' } };
    await makePod(cluster, 'other', elsewhere);
    await cluster.until('it fails', async () => (await failures(cluster, 'other')).length > 0, 1_000);
    assert.equal(await nodeOf(cluster, 'other'), undefined);
  });

  it('of which only the claim stays gets it deallocated where it cannot use it', async (t) => {
    const cluster = await started(t);
    for (const name of ['n1', 'n2']) await addNode(cluster, name);
    await makeClass(cluster);
    for (const name of ['n1', 'n2']) await publish(cluster, name, devices('gpu'));
    const made = await makeClaim(cluster, 'c');
    const nodeSelector = {
      nodeSelectorTerms: [
        { matchFields: [{ key: 'metadata.name', operator: 'In' as const, values: ['n1'] }] },
      ],
    };
    const results = [{ request: 'r', driver: DRIVER, pool: 'n1', device: 'gpu' }];
    await cluster.client.update(
      ResourceClaim,
      { ...made, status: { allocation: { devices: { results }, nodeSelector } } },
      { subresource: 'status' },
    );
    await cluster.client.patch(Node, 'n1', undefined, 'merge', { spec: { unschedulable: true } });
    await makePod(cluster, 'p', using('c'));
    await onNode(cluster, 'p', 'n2');
    assert.match((await failures(cluster, 'p'))[0]!, /deallocation of ResourceClaim completed/);
    const { status } = await getClaim(cluster, 'c');
    assert.equal(status?.allocation?.devices?.results?.[0]?.pool, 'n2');
  });

  it('goes to the node that has the alternative it likes best', async (t) => {
    const cluster = await started(t);
    for (const name of ['n1', 'n2', 'n3']) await addNode(cluster, name);
    await makeClass(cluster);
    for (const [name, size] of [
      ['n1', 1],
      ['n2', 2],
      ['n3', 1],
    ] as const)
      await publish(cluster, name, [device('gpu', { size })]);
    const size = (n: number) => ({
      ...{ name: `size${n}`, deviceClassName: 'any' },
      selectors: cel(`device.attributes["${DRIVER}"].size == ${n}`),
    });
    await makeClaim(cluster, 'c', [{ name: 'r', firstAvailable: [size(2), size(1)] }]);
    await makePod(cluster, 'p', using('c'));
    await onNode(cluster, 'p', 'n2');
  });

  it('is not bound before its devices are ready, and tries others when they fail', async (t) => {
    const cluster = await started(t);
    await addNode(cluster, 'n1');
    await makeClass(cluster);
    const conditions = { bindingConditions: ['ready'], bindingFailureConditions: ['broken'] };
    await publish(cluster, 'n1', [device('a', {}, conditions), device('b', {}, conditions)]);
    await makeClaim(cluster, 'c');
    await makePod(cluster, 'p', using('c'));
    const allocated = (name: string) =>
      cluster.until(
        `${name} is allocated`,
        async () => {
          const found = await getClaim(cluster, 'c');
          return found.status?.allocation?.devices?.results?.[0]?.device === name ? found : undefined;
        },
        1_000,
      );
    const report = async (name: string, type: string) => {
      const found = await allocated(name);
      const at = '2026-01-01T00:00:00Z';
      const condition = {
        type,
        status: 'True' as const,
        reason: 'Driver',
        message: 'm',
        lastTransitionTime: at,
      };
      const status = { driver: DRIVER, pool: 'n1', device: name, conditions: [condition] };
      await cluster.client.update(
        ResourceClaim,
        { ...found, status: { ...found.status, devices: [status] } },
        { subresource: 'status' },
      );
    };
    await allocated('a');
    await cluster.step(10_000);
    assert.equal(await nodeOf(cluster, 'p'), undefined);
    assert.ok(
      (await eventsAbout(cluster, 'p')).includes(
        'Normal BindingConditionsPending waiting for binding conditions for device on node n1',
      ),
    );
    await report('a', 'broken');
    await cluster.until(
      'the failure is told',
      async () =>
        (await failures(cluster, 'p')).some((event) =>
          event.includes('device binding failed: claim=c, reason=Driver, message="m"'),
        ),
      1_000,
    );
    // The same device is taken again after it was deallocated: nothing else says that it is bad.
    await report('a', 'ready');
    await onNode(cluster, 'p');
  });
});

it('pods with claims that are alike do not get one device', async (t) => {
  const cluster = await started(t);
  await addNode(cluster, 'n1');
  await makeClass(cluster);
  await publish(cluster, 'n1', devices(...Array.from({ length: 5 }, (_, i) => `gpu-${i}`)));
  const names = Array.from({ length: 5 }, (_, i) => `p${i}`);
  for (const name of names) await makeClaim(cluster, name);
  for (const name of names) await makePod(cluster, name, using(name));
  for (const name of names) await onNode(cluster, name);
  const all = await Promise.all(names.map((name) => getClaim(cluster, name)));
  const given = all.map(({ status }) => status?.allocation?.devices?.results?.[0]?.device);
  assert.deepEqual(given.sort(), ['gpu-0', 'gpu-1', 'gpu-2', 'gpu-3', 'gpu-4']);
});

it('nothing is watched for pods without claims', async (t) => {
  const cluster = await simCluster({ scheduler: true }, t);
  await addNode(cluster, 'n1');
  await makePod(cluster, 'p', {});
  await onNode(cluster, 'p');
  let asked = 0;
  const { informers } = cluster;
  const real = informers.informer.bind(informers);
  informers.informer = (kind, filter) => {
    if (kind.resource.group === 'resource.k8s.io') asked++;
    return real(kind, filter);
  };
  await makePod(cluster, 'q', {});
  await onNode(cluster, 'q');
  assert.equal(asked, 0);
  await makePod(cluster, 'r', using('c'));
  await cluster.until('claims are watched', () => asked > 0);
});

describe('a pod that asks for an extended resource', () => {
  const RESOURCE = 'example.com/gpu';
  const backing = (name: string) => deviceClass(name, { extendedResourceName: RESOURCE });
  const asking = (amount: string): Partial<PodSpec> => {
    const amounts = { [RESOURCE]: amount };
    return { containers: [aContainer('main', { resources: { requests: amounts, limits: amounts } })] };
  };
  const extendedClaims = async ({ client }: SimCluster) =>
    (await client.list(ResourceClaim, { namespace: 'default' })).items;

  it('that a class backs gets devices by a claim of its own', async (t) => {
    const cluster = await started(t);
    for (const name of ['n1', 'n2']) await addNode(cluster, name);
    await publish(cluster, 'n2', devices('a', 'b', 'c'));
    await makePod(cluster, 'p', asking('2'));
    await cluster.until('nothing backs it', async () => (await failures(cluster, 'p')).length > 0, 1_000);
    assert.match(
      (await failures(cluster, 'p'))[0]!,
      /0\/2 nodes are available: 2 Insufficient example\.com\/gpu\./,
    );
    await cluster.client.create(DeviceClass, backing('gpu'));
    await onNode(cluster, 'p', 'n2');
    const [made, ...others] = await extendedClaims(cluster);
    assert.deepEqual(others, []);
    assert.match(made!.metadata.name!, /^p-extended-resources-/);
    assert.equal(made!.metadata.annotations?.['resource.kubernetes.io/extended-resource-claim'], 'true');
    assert.deepEqual(
      made!.status?.allocation?.devices?.results?.map(({ request: of, device: name }) => [of, name]),
      [
        ['container-0-request-0', 'a'],
        ['container-0-request-0', 'b'],
      ],
    );
    assert.deepEqual((await findPod(cluster, 'p'))?.status?.extendedResourceClaimStatus, {
      requestMappings: [
        { containerName: 'main', resourceName: RESOURCE, requestName: 'container-0-request-0' },
      ],
      resourceClaimName: made!.metadata.name,
    });
    await makePod(cluster, 'q', asking('2'));
    await cluster.until('q waits', async () => (await failures(cluster, 'q')).length > 0, 1_000);
    assert.match((await failures(cluster, 'q'))[0]!, /2 cannot allocate all claims\./);
    const succeeded = { status: { phase: 'Succeeded' } };
    await cluster.client.patch(Pod, 'p', 'default', 'merge', succeeded, { subresource: 'status' });
    await onNode(cluster, 'q', 'n2');
    await cluster.until('only the claim of q is left', async () => {
      const all = await extendedClaims(cluster);
      return all.length === 1 && all[0]!.metadata.name!.startsWith('q-');
    });
  });

  it('takes it from a device plug-in where there is one', async (t) => {
    const cluster = await started(t);
    await addNode(cluster, 'n1');
    const status = { allocatable: { [RESOURCE]: '1' }, capacity: { [RESOURCE]: '1' } };
    await cluster.client.patch(Node, 'n1', undefined, 'merge', { status }, { subresource: 'status' });
    await cluster.client.create(DeviceClass, backing('gpu'));
    await makePod(cluster, 'p', asking('1'));
    await onNode(cluster, 'p', 'n1');
    assert.deepEqual(await extendedClaims(cluster), []);
  });

  it('by the name of a class', async (t) => {
    const cluster = await started(t);
    await addNode(cluster, 'n1');
    await makeClass(cluster);
    await publish(cluster, 'n1', devices('a'));
    const amounts = { 'deviceclass.resource.kubernetes.io/any': '1' };
    const containers = [aContainer('main', { resources: { requests: amounts, limits: amounts } })];
    await makePod(cluster, 'p', { containers });
    await onNode(cluster, 'p', 'n1');
    assert.equal((await extendedClaims(cluster)).length, 1);
  });

  it('whose claim was left by an attempt that failed gets another one', async (t) => {
    const cluster = await started(t);
    await addNode(cluster, 'n1');
    await cluster.client.create(DeviceClass, backing('gpu'));
    const pod = await makePod(cluster, 'p', { ...asking('1'), schedulingGates: [{ name: 'wait' }] });
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: pod.metadata.uid!, controller: true };
    const made = claim([request('r', { deviceClassName: 'gpu' })], {}, 'left');
    await cluster.client.create(ResourceClaim, {
      ...made,
      metadata: {
        ...{ name: 'left', namespace: 'default', ownerReferences: [owner] },
        annotations: { 'resource.kubernetes.io/extended-resource-claim': 'true' },
        finalizers: ['resource.kubernetes.io/delete-protection'],
      },
    });
    await cluster.settle();
    await publish(cluster, 'n1', devices('a'));
    await cluster.client.patch(Pod, 'p', 'default', 'merge', { spec: { schedulingGates: null } });
    await onNode(cluster, 'p');
    assert.match(
      (await failures(cluster, 'p'))[0]!,
      /1 cannot schedule extended resource claim\. deletion of ResourceClaim completed/,
    );
    const [left, ...others] = await extendedClaims(cluster);
    assert.deepEqual(others, []);
    assert.match(left!.metadata.name!, /^p-extended-resources-/);
  });
});
