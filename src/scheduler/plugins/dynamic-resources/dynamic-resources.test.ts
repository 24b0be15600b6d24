// The plugin in a cluster: pods with claims wait, get devices and nodes, and give them back.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { ResourceClaim } from '../../../api/kinds/resource/v1/resource-claim.ts';
import { ResourceClaimTemplate } from '../../../api/kinds/resource/v1/resource-claim-template.ts';
import { simCluster } from '../../../sim/cluster.ts';
import { eventsAbout } from '../../../sim/observe.ts';
import { cel, DRIVER, device, devices, request } from './allocator/allocator.fake.ts';
import {
  addNode,
  failures,
  getClaim,
  makeClaim,
  makeClass,
  makePod,
  nodeOf,
  onNode,
  placement,
  publish,
  started,
  using,
} from './scene.fake.ts';

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

it('why a pod waits is told claim by claim', async (t) => {
  const cluster = await started(t);
  for (const name of ['n1', 'n2']) await addNode(cluster, name);
  await makeClass(cluster);
  await publish(cluster, 'n1', devices('gpu'));
  for (const name of ['a', 'b', 'c']) await makeClaim(cluster, name);
  await makePod(cluster, 'first', using('a'));
  await onNode(cluster, 'first', 'n1');
  await makePod(cluster, 'p', using('a', 'b'));
  await makePod(cluster, 'q', using('b', 'c'));
  for (const name of ['p', 'q'])
    await cluster.until(`${name} waits`, async () => (await failures(cluster, name)).length > 0, 1_000);
  const told = async (name: string) =>
    (await placement(cluster, name)).nodes!.verdicts.map(({ node, rejections }) => [
      node,
      rejections.flatMap(({ obstacles }) => obstacles),
    ]);
  const missing = (claim: string) => ({ type: 'Devices', claims: [`default/${claim}`] });
  const elsewhere = { type: 'AllocatedElsewhere', claim: 'default/a' };
  assert.deepEqual(
    new Map((await told('p')) as [string, object][]),
    new Map<string, object>([
      ['n1', [missing('b')]],
      ['n2', [elsewhere]],
    ]),
  );
  const both = [missing('b'), missing('c')];
  assert.deepEqual(
    new Map((await told('q')) as [string, object][]),
    new Map<string, object>([
      ['n1', both],
      ['n2', both],
    ]),
  );
  await publish(cluster, 'n2', devices('gpu'));
  await cluster.until(
    'n2 has one device for the two',
    async () =>
      JSON.stringify(await told('q')).includes('{"type":"Devices","claims":["default/b","default/c"]}'),
    1_000,
  );
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
