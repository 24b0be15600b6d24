import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { FeatureGates } from '../../api/features/feature-gates.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { DeviceRequest } from '../../api/kinds/resource/v1/device.ts';
import { ResourceClaim } from '../../api/kinds/resource/v1/resource-claim.ts';
import { ResourceClaimTemplate } from '../../api/kinds/resource/v1/resource-claim-template.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aBoundPod, aPod, type PodSpec } from '../../sim/objects/pod.ts';
import { eventsAbout } from '../../sim/observe.ts';
import { DeletedPods } from './deleted-pods.ts';
import { generateNameOf } from './plan.ts';

const API = 'resource.k8s.io/v1';
const FINALIZER = 'resource.kubernetes.io/delete-protection';
const request: DeviceRequest = { name: 'gpu', exactly: { deviceClassName: 'gpu.example.com' } };
const fromTemplate: Partial<PodSpec> = {
  resourceClaims: [{ name: 'gpu', resourceClaimTemplateName: 'template' }],
};
const named: Partial<PodSpec> = { resourceClaims: [{ name: 'gpu', resourceClaimName: 'shared' }] };

const started = (t: TestContext) =>
  simCluster(
    {
      controllers: ['resourceclaim-controller'],
      settings: { features: new FeatureGates() },
    },
    t,
  );

const makeTemplate = ({ client }: SimCluster) =>
  client.create(ResourceClaimTemplate, {
    ...{ apiVersion: API, kind: 'ResourceClaimTemplate' },
    metadata: { name: 'template', namespace: 'default' },
    spec: {
      metadata: { labels: { a: 'b' }, annotations: { c: 'd' } },
      spec: { devices: { requests: [request] } },
    },
  });

const allocation = {
  devices: { results: [{ request: 'gpu', driver: 'gpu.example.com', pool: 'p', device: 'gpu-0' }] },
};

/** Allocated, and reserved for these. */
async function makeClaim(cluster: SimCluster, users: readonly Pod[], finalizers = [FINALIZER]) {
  const made = await cluster.client.create(ResourceClaim, {
    ...{ apiVersion: API, kind: 'ResourceClaim' },
    metadata: { name: 'shared', namespace: 'default', finalizers },
    spec: { devices: { requests: [request] } },
  });
  const reservedFor = users.map(({ metadata }) => ({
    ...{ resource: 'pods', name: metadata.name!, uid: metadata.uid! },
  }));
  return cluster.client.update(
    ResourceClaim,
    { ...made, status: { allocation, reservedFor } },
    { subresource: 'status' },
  );
}

const claimsOf = async ({ client }: SimCluster) =>
  (await client.list(ResourceClaim, { namespace: 'default' })).items;
const findClaim = async ({ client }: SimCluster, name = 'shared') => {
  try {
    return await client.get(ResourceClaim, name, 'default');
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
};
const setPhase = ({ client }: SimCluster, name: string, phase: string) =>
  client.patch(Pod, name, 'default', 'merge', { status: { phase } }, { subresource: 'status' });
const podStatus = async ({ client }: SimCluster, name: string) =>
  (await client.get(Pod, name, 'default')).status;
const users = (claim: Readonly<ResourceClaim> | undefined) =>
  claim?.status?.reservedFor?.map(({ name }) => name) ?? [];

describe('claims from templates', () => {
  it('are owned by the pod, and named in its status', async (t) => {
    const cluster = await started(t);
    await makeTemplate(cluster);
    const pod = await cluster.client.create(Pod, aPod('p', fromTemplate));
    await cluster.settle();
    const [claim, ...others] = await claimsOf(cluster);
    assert.deepEqual(others, []);
    assert.match(claim!.metadata.name!, /^p-gpu-[a-z0-9]{5}$/);
    assert.deepEqual(claim!.metadata.ownerReferences, [
      { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: pod.metadata.uid, controller: true },
    ]);
    assert.deepEqual(claim!.metadata.annotations, { c: 'd', 'resource.kubernetes.io/pod-claim-name': 'gpu' });
    assert.deepEqual(claim!.metadata.labels, { a: 'b' });
    assert.equal(claim!.spec.devices?.requests?.[0]?.exactly?.deviceClassName, 'gpu.example.com');
    assert.deepEqual((await podStatus(cluster, 'p'))?.resourceClaimStatuses, [
      { name: 'gpu', resourceClaimName: claim!.metadata.name },
    ]);
    const text = cluster.metrics.render();
    assert.match(text, /resourceclaim_controller_creates_total\{status="success",admin_access="false"\} 1/);
    assert.match(
      text,
      /resource_claims\{allocated="false",admin_access="false",source="resource_claim_template"\} 1/,
    );
  });

  it('are made when the template comes, after an event', async (t) => {
    const cluster = await started(t);
    await cluster.client.create(Pod, aPod('p', fromTemplate));
    await cluster.settle();
    assert.deepEqual(await eventsAbout(cluster, 'p'), [
      'Warning FailedResourceClaimCreation PodResourceClaim gpu: resource claim template "template": resourceclaimtemplate.resource.k8s.io "template" not found',
    ]);
    await makeTemplate(cluster);
    await cluster.until('the claim is made', async () => (await claimsOf(cluster)).length === 1);
    await cluster.step(20_000);
    assert.equal((await claimsOf(cluster)).length, 1);
  });

  it('are made again when they are lost; names of the others stay in the status', async (t) => {
    const cluster = await started(t);
    await makeTemplate(cluster);
    const entries = ['a', 'b'].map((name) => ({ name, resourceClaimTemplateName: 'template' }));
    await cluster.client.create(Pod, aPod('p', { resourceClaims: entries }));
    await cluster.settle();
    const before = (await podStatus(cluster, 'p'))!.resourceClaimStatuses!;
    assert.equal(before.length, 2);
    const [lost, kept] = before;
    await cluster.client.delete(ResourceClaim, lost!.resourceClaimName!, 'default');
    await cluster.until('another one is made', async () => (await claimsOf(cluster)).length === 2);
    await cluster.step(10_000);
    const after = (await podStatus(cluster, 'p'))!.resourceClaimStatuses!;
    assert.deepEqual(
      after.find(({ name }) => name === kept!.name),
      kept,
    );
    assert.notEqual(
      after.find(({ name }) => name === lost!.name)!.resourceClaimName,
      lost!.resourceClaimName,
    );
    assert.deepEqual(
      after.map(({ resourceClaimName }) => resourceClaimName).sort(),
      (await claimsOf(cluster)).map(({ metadata }) => metadata.name).sort(),
    );
  });

  it('that were made before the status could be written are found again', async (t) => {
    const cluster = await started(t);
    const pod = await cluster.client.create(Pod, aPod('p', fromTemplate));
    await cluster.client.create(ResourceClaim, {
      ...{ apiVersion: API, kind: 'ResourceClaim' },
      metadata: {
        ...{ name: 'orphan', namespace: 'default' },
        annotations: { 'resource.kubernetes.io/pod-claim-name': 'gpu' },
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: pod.metadata.uid!, controller: true },
        ],
      },
      spec: { devices: { requests: [request] } },
    });
    await makeTemplate(cluster);
    await cluster.until('the status names it', async () => {
      const status = await podStatus(cluster, 'p');
      return status?.resourceClaimStatuses?.[0]?.resourceClaimName === 'orphan';
    });
    assert.equal((await claimsOf(cluster)).length, 1);
  });

  it('go with the end of their pod', async (t) => {
    const cluster = await started(t);
    await makeTemplate(cluster);
    await cluster.client.create(Pod, aBoundPod('p', fromTemplate));
    await cluster.until('the claim is made', async () => (await claimsOf(cluster)).length === 1);
    await cluster.step(5_000);
    assert.equal((await claimsOf(cluster)).length, 1);
    await setPhase(cluster, 'p', 'Succeeded');
    await cluster.until('the claim is gone', async () => (await claimsOf(cluster)).length === 0);
    await cluster.step(10_000);
    assert.equal((await claimsOf(cluster)).length, 0);
  });

  it('have names of both parts, shortened in proportion', () => {
    assert.equal(generateNameOf('pod', 'claim'), 'pod-claim-');
    const long = generateNameOf('p'.repeat(60), 'c'.repeat(20));
    assert.equal(long, `${'p'.repeat(41)}-${'c'.repeat(13)}`);
  });
});

describe('reservations', () => {
  it('of an allocated claim are made for pods that have a node without the scheduler', async (t) => {
    const cluster = await started(t);
    await makeClaim(cluster, []);
    await cluster.client.create(Pod, aPod('waits', named));
    await cluster.settle();
    assert.deepEqual(users(await findClaim(cluster)), []);
    await cluster.client.create(Pod, aBoundPod('bound', named));
    await cluster.until('it is reserved', async () => users(await findClaim(cluster)).includes('bound'));
    assert.deepEqual(users(await findClaim(cluster)), ['bound']);
  });

  it('end with the pod; the last one deallocates the claim', async (t) => {
    const cluster = await started(t);
    const pods: Pod[] = [];
    for (const name of ['a', 'b', 'c']) pods.push(await cluster.client.create(Pod, aBoundPod(name, named)));
    await makeClaim(cluster, pods);
    await cluster.settle();
    assert.deepEqual(users(await findClaim(cluster)), ['a', 'b', 'c']);
    await setPhase(cluster, 'a', 'Failed');
    await cluster.until('a is released', async () => users(await findClaim(cluster)).length === 2);
    await cluster.client.delete(Pod, 'b', 'default', { gracePeriodSeconds: 0 });
    await cluster.until('b is released', async () => users(await findClaim(cluster)).length === 1);
    const used = await findClaim(cluster);
    assert.ok(used!.status?.allocation);
    assert.deepEqual(used!.metadata.finalizers, [FINALIZER]);
    await cluster.client.delete(Pod, 'c', 'default', { gracePeriodSeconds: 0 });
    await cluster.until('it is not allocated', async () => !(await findClaim(cluster))?.status?.allocation);
    await cluster.until('it is not protected', async () => !(await findClaim(cluster))?.metadata.finalizers);
    assert.deepEqual(users(await findClaim(cluster)), []);
  });

  it('of pods that were gone before the controller started end, other consumers stay', async (t) => {
    const cluster = await simCluster({}, t);
    const made = await makeClaim(cluster, [aPod('gone', {}, { uid: 'u1' })]);
    const reservedFor = [
      ...made.status!.reservedFor!,
      { apiGroup: 'example.com', resource: 'others', name: 'o', uid: 'u2' },
    ];
    await cluster.client.update(
      ResourceClaim,
      { ...made, status: { ...made.status, reservedFor } },
      { subresource: 'status' },
    );
    await cluster.start({
      controllers: ['resourceclaim-controller'],
      settings: { features: new FeatureGates() },
    });
    await cluster.until('it is released', async () => users(await findClaim(cluster)).length === 1);
    const claim = await findClaim(cluster);
    assert.deepEqual(users(claim), ['o']);
    assert.ok(claim!.status?.allocation);
  });

  it('of nobody leave an allocation, until the claim is deleted', async (t) => {
    const cluster = await started(t);
    await makeClaim(cluster, []);
    await cluster.step(10_000);
    assert.ok((await findClaim(cluster))!.status?.allocation);
    await cluster.client.delete(ResourceClaim, 'shared', 'default');
    await cluster.until('it is gone', async () => (await findClaim(cluster)) === undefined);
  });
});

it('only the latest deleted pods are remembered', () => {
  const pods = new DeletedPods();
  for (let n = 0; n < 501; n++) pods.add(`u${n}`);
  assert.equal(pods.has('u0'), false);
  assert.ok(pods.has('u1') && pods.has('u500'));
});
