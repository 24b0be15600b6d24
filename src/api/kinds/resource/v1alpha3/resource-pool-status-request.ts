import { Condition } from '../../../meta/v1/condition.ts';
import { resource } from '../../../meta/v1/resource.ts';
import { int32, int64, list, type Of, ref, required, string, struct } from '../../../schema/notation.ts';

export const ResourcePoolStatusRequestSpec = struct(
  'io.k8s.api.resource.v1alpha3.ResourcePoolStatusRequestSpec',
  {
    driver: required(string(1, { doc: 'Name of the driver whose pools are counted.', emit: 'always' })),
    limit: int32(3, {
      doc: 'Maximum number of pools in the status, from 1 to 1000. Defaults to 100.',
      default: 100,
      emit: 'if-set',
    }),
    poolName: string(2, { doc: 'Name of a single pool. By default, all pools are counted.', emit: 'if-set' }),
  },
  { doc: 'Which pools are counted. Nothing of it can be changed.' },
);

const count = (number: number, doc: string) => int32(number, { doc, emit: 'if-set' });

export const PoolStatus = struct(
  'io.k8s.api.resource.v1alpha3.PoolStatus',
  {
    allocatedDevices: count(5, 'Number of devices that are allocated to claims.'),
    availableDevices: count(6, 'Number of devices that can be allocated.'),
    driver: required(string(1, { doc: 'Name of the driver that provides the pool.' })),
    generation: required(int64(9, { doc: 'Generation of the pool that was counted.', emit: 'always' })),
    nodeName: string(3, { doc: 'Node of the pool, if all of its slices are of one.', emit: 'if-set' }),
    poolName: required(string(2, { doc: 'Name of the pool.' })),
    resourceSliceCount: count(8, 'Number of slices of the pool.'),
    totalDevices: count(4, 'Number of devices.'),
    unavailableDevices: count(7, 'Number of devices that are neither allocated nor available.'),
    validationError: string(10, { doc: 'Why the pool could not be counted.', emit: 'if-set' }),
  },
  { doc: 'Devices of a pool in numbers.' },
);
export interface PoolStatus extends Of<typeof PoolStatus> {}

export const ResourcePoolStatusRequestStatus = struct(
  'io.k8s.api.resource.v1alpha3.ResourcePoolStatusRequestStatus',
  {
    conditions: list(3, Condition, {
      doc: 'Outcome of the request: Complete or Failed.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    poolCount: required(count(6, 'Number of pools that match, also of those beyond the limit.')),
    pools: list(2, PoolStatus, {
      doc: 'Pools that match, by driver and name, up to the limit.',
      listType: 'atomic',
    }),
  },
  { doc: 'Pools as they were counted once.' },
);
export interface ResourcePoolStatusRequestStatus extends Of<typeof ResourcePoolStatusRequestStatus> {}

export const ResourcePoolStatusRequest = resource(
  'io.k8s.api.resource.v1alpha3.ResourcePoolStatusRequest',
  {
    doc: 'Asks once how many devices the pools of a driver have, and how many of them are available.',
    group: 'resource.k8s.io',
    version: 'v1alpha3',
    kind: 'ResourcePoolStatusRequest',
    plural: 'resourcepoolstatusrequests',
    singular: 'resourcepoolstatusrequest',
    namespaced: false,
    storageVersionHash: 'iy583CtMwdY=',
    subresources: { status: { kind: 'ResourcePoolStatusRequest', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: required(ref(2, ResourcePoolStatusRequestSpec, { emit: 'always' })),
    status: ref(3, ResourcePoolStatusRequestStatus, { emit: 'if-set' }),
  },
);
export interface ResourcePoolStatusRequest extends Of<typeof ResourcePoolStatusRequest> {}
