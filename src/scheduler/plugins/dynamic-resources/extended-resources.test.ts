// Pods that ask for devices by the name of an extended resource.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { DeviceClass } from '../../../api/kinds/resource/v1/device-class.ts';
import { ResourceClaim } from '../../../api/kinds/resource/v1/resource-claim.ts';
import type { SimCluster } from '../../../sim/cluster.ts';
import { aContainer, type PodSpec } from '../../../sim/objects/pod.ts';
import { findPod } from '../../../sim/observe.ts';
import { claim, deviceClass, devices, request } from './allocator/allocator.fake.ts';
import { addNode, failures, makeClass, makePod, onNode, publish, started } from './scene.fake.ts';

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
    const deleted = '1 cannot schedule extended resource claim. deletion of ResourceClaim completed';
    assert.ok((await failures(cluster, 'p')).some((event) => event.includes(deleted)));
    const [left, ...others] = await extendedClaims(cluster);
    assert.deepEqual(others, []);
    assert.match(left!.metadata.name!, /^p-extended-resources-/);
  });
});
