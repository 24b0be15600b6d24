import { NodeSelector } from '../../core/v1/node-affinity.ts';
import { Condition } from '../../meta/v1/condition.ts';
import { resource } from '../../meta/v1/resource.ts';
import {
  amount,
  boolean,
  list,
  map,
  type Of,
  raw,
  ref,
  required,
  string,
  struct,
  text,
  time,
} from '../../schema/notation.ts';
import { DeviceToleration, OpaqueDeviceConfiguration, ResourceClaimSpec } from './device.ts';

export const NetworkDeviceData = struct('io.k8s.api.resource.v1.NetworkDeviceData', {
  hardwareAddress: string(3),
  interfaceName: string(1),
  ips: list(2, text, { listType: 'atomic' }),
});
export interface NetworkDeviceData extends Of<typeof NetworkDeviceData> {}

export const AllocatedDeviceStatus = struct('io.k8s.api.resource.v1.AllocatedDeviceStatus', {
  conditions: list(4, Condition, { emit: 'always', listType: 'map', keys: ['type'] }),
  data: raw(5, { emit: 'if-set' }),
  device: required(string(3, { emit: 'always' })),
  driver: required(string(1, { emit: 'always' })),
  networkData: ref(6, NetworkDeviceData, { emit: 'if-set' }),
  pool: required(string(2, { emit: 'always' })),
  shareID: string(7, { emit: 'if-set' }),
});
export interface AllocatedDeviceStatus extends Of<typeof AllocatedDeviceStatus> {}

export const DeviceAllocationConfiguration = struct('io.k8s.api.resource.v1.DeviceAllocationConfiguration', {
  opaque: ref(1, OpaqueDeviceConfiguration, { emit: 'if-set', inline: [3] }),
  requests: list(2, text, { listType: 'atomic' }),
  source: required(string(1, { enum: ['FromClaim', 'FromClass'], emit: 'always' })),
});
export interface DeviceAllocationConfiguration extends Of<typeof DeviceAllocationConfiguration> {}

export const DeviceRequestAllocationResult = struct('io.k8s.api.resource.v1.DeviceRequestAllocationResult', {
  adminAccess: boolean(5, { emit: 'if-set' }),
  bindingConditions: list(7, text, { listType: 'atomic' }),
  bindingFailureConditions: list(8, text, { listType: 'atomic' }),
  consumedCapacity: map(10, amount),
  device: required(string(4, { emit: 'always' })),
  driver: required(string(2, { emit: 'always' })),
  pool: required(string(3, { emit: 'always' })),
  request: required(string(1, { emit: 'always' })),
  shareID: string(9, { emit: 'if-set' }),
  tolerations: list(6, DeviceToleration, { listType: 'atomic' }),
});
export interface DeviceRequestAllocationResult extends Of<typeof DeviceRequestAllocationResult> {}

export const DeviceAllocationResult = struct('io.k8s.api.resource.v1.DeviceAllocationResult', {
  config: list(2, DeviceAllocationConfiguration, { listType: 'atomic' }),
  results: list(1, DeviceRequestAllocationResult, { listType: 'atomic' }),
});
export interface DeviceAllocationResult extends Of<typeof DeviceAllocationResult> {}

export const AllocationResult = struct('io.k8s.api.resource.v1.AllocationResult', {
  allocationTimestamp: time(5, { emit: 'if-set' }),
  devices: ref(1, DeviceAllocationResult, { emit: 'always' }),
  nodeSelector: ref(3, NodeSelector, { emit: 'if-set' }),
});
export interface AllocationResult extends Of<typeof AllocationResult> {}

export const ResourceClaimConsumerReference = struct(
  'io.k8s.api.resource.v1.ResourceClaimConsumerReference',
  {
    apiGroup: string(1),
    name: required(string(4, { emit: 'always' })),
    resource: required(string(3, { emit: 'always' })),
    uid: required(string(5, { emit: 'always' })),
  },
);
export interface ResourceClaimConsumerReference extends Of<typeof ResourceClaimConsumerReference> {}

export const ResourceClaimStatus = struct('io.k8s.api.resource.v1.ResourceClaimStatus', {
  allocation: ref(1, AllocationResult, { emit: 'if-set' }),
  devices: list(4, AllocatedDeviceStatus, { listType: 'map', keys: ['driver', 'device', 'pool', 'shareID'] }),
  reservedFor: list(2, ResourceClaimConsumerReference, { listType: 'map', keys: ['uid'], merge: 'uid' }),
});
export interface ResourceClaimStatus extends Of<typeof ResourceClaimStatus> {}

export const ResourceClaim = resource(
  'io.k8s.api.resource.v1.ResourceClaim',
  {
    doc: 'A wish for devices.',
    group: 'resource.k8s.io',
    version: 'v1',
    kind: 'ResourceClaim',
    plural: 'resourceclaims',
    singular: 'resourceclaim',
    namespaced: true,
    storageVersionHash: 'wgAZaHcZxUg=',
    subresources: { status: { kind: 'ResourceClaim', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: required(ref(2, ResourceClaimSpec, { emit: 'always' })),
    status: ref(3, ResourceClaimStatus, { emit: 'always' }),
  },
);
export interface ResourceClaim extends Of<typeof ResourceClaim> {}
