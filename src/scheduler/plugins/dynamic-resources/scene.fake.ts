import type { TestContext } from 'node:test';
import { FeatureGates } from '../../../api/features/feature-gates.ts';
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { DeviceClass } from '../../../api/kinds/resource/v1/device-class.ts';
import { ResourceClaim } from '../../../api/kinds/resource/v1/resource-claim.ts';
import { type Device, ResourceSlice } from '../../../api/kinds/resource/v1/resource-slice.ts';
import { addNode as addTaintedNode } from '../../../sim/by-hand/nodes.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';
import { aPod, type PodSpec } from '../../../sim/objects/pod.ts';
import { eventsAbout, findPod } from '../../../sim/observe.ts';
import { claim, deviceClass, request, slice } from './allocator/allocator.fake.ts';

export const started = (t: TestContext) =>
  simCluster(
    {
      scheduler: true,
      controllers: ['resourceclaim-controller'],
      settings: { features: new FeatureGates() },
    },
    t,
  );

/** No controller takes away the taint of a new node here. */
export const addNode = async (cluster: SimCluster, name: string) => {
  await addTaintedNode(cluster, name);
  await cluster.client.patch(Node, name, undefined, 'merge', { spec: { taints: null } });
};
export const publish = ({ client }: SimCluster, node: string, all: readonly Device[], generation = 1) =>
  client.create(
    ResourceSlice,
    slice(`${node}-${generation}`, all, { nodeName: node, pool: { name: node, generation } }),
  );
export const makeClass = ({ client }: SimCluster) => client.create(DeviceClass, deviceClass('any'));
export const makeClaim = ({ client }: SimCluster, name: string, requests = [request('r')]) => {
  const made = claim(requests, {}, name);
  return client.create(ResourceClaim, { ...made, metadata: { name, namespace: 'default' } });
};
export const using = (...claims: string[]): Partial<PodSpec> => ({
  resourceClaims: claims.map((name) => ({ name, resourceClaimName: name })),
});
export const makePod = ({ client }: SimCluster, name: string, spec: Partial<PodSpec>) =>
  client.create(Pod, aPod(name, spec));
export const nodeOf = async (cluster: SimCluster, name: string) =>
  (await findPod(cluster, name))?.spec?.nodeName;
export const onNode = (cluster: SimCluster, name: string, node?: string) =>
  cluster.until(
    `${name} has a node`,
    async () => {
      const found = await nodeOf(cluster, name);
      return found !== undefined && (node === undefined || node === found);
    },
    1_000,
  );
export const getClaim = ({ client }: SimCluster, name: string) => client.get(ResourceClaim, name, 'default');
export const failures = async (cluster: SimCluster, name: string) =>
  (await eventsAbout(cluster, name)).filter((event) => event.includes('FailedScheduling'));
export const placement = ({ scheduler }: SimCluster, name: string) =>
  scheduler.placements.of('default', name);
