import { Condition } from '../../../meta/v1/condition.ts';
import { resource } from '../../../meta/v1/resource.ts';
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
} from '../../../schema/notation.ts';
import { NodeSelector } from '../../core/v1/node-affinity.ts';
import { DeviceToleration, OpaqueDeviceConfiguration, ResourceClaimSpec } from './device.ts';

export const NetworkDeviceData = struct(
  'io.k8s.api.resource.v1.NetworkDeviceData',
  {
    hardwareAddress: string(3, { doc: 'Hardware address of the interface, such as a MAC address.' }),
    interfaceName: string(1, { doc: 'Name of the network interface in the pod.' }),
    ips: list(2, text, { doc: 'IP addresses of the interface in CIDR notation.', listType: 'atomic' }),
  },
  { doc: 'Network-related information about a device.' },
);
export interface NetworkDeviceData extends Of<typeof NetworkDeviceData> {}

export const AllocatedDeviceStatus = struct(
  'io.k8s.api.resource.v1.AllocatedDeviceStatus',
  {
    conditions: list(4, Condition, {
      doc: 'Latest observations of the current state.',
      emit: 'always',
      listType: 'map',
      keys: ['type'],
    }),
    data: raw(5, { doc: 'Additional data in a format that the driver defines.', emit: 'if-set' }),
    device: required(string(3, { doc: 'Name of the device, unique within its pool.', emit: 'always' })),
    driver: required(string(1, { doc: 'Name of the driver.', emit: 'always' })),
    networkData: ref(6, NetworkDeviceData, {
      doc: 'Network-related information. Only for network devices.',
      emit: 'if-set',
    }),
    pool: required(string(2, { doc: 'Name of the pool that the device belongs to.', emit: 'always' })),
    shareID: string(7, { doc: 'ID of the share of the device, if the device is shared.', emit: 'if-set' }),
  },
  { doc: 'Status of an allocated device, as reported by its driver.' },
);
export interface AllocatedDeviceStatus extends Of<typeof AllocatedDeviceStatus> {}

export const DeviceAllocationConfiguration = struct(
  'io.k8s.api.resource.v1.DeviceAllocationConfiguration',
  {
    opaque: ref(1, OpaqueDeviceConfiguration, {
      doc: 'Driver-specific configuration.',
      emit: 'if-set',
      inline: [3],
    }),
    requests: list(2, text, {
      doc: 'Names of the requests the configuration applies to. By default, it applies to all.',
      listType: 'atomic',
    }),
    source: required(
      string(1, {
        doc: 'Source of the configuration: FromClass or FromClaim.',
        enum: ['FromClaim', 'FromClass'],
        emit: 'always',
      }),
    ),
  },
  { doc: 'Configuration for allocated devices.' },
);
export interface DeviceAllocationConfiguration extends Of<typeof DeviceAllocationConfiguration> {}

export const DeviceRequestAllocationResult = struct(
  'io.k8s.api.resource.v1.DeviceRequestAllocationResult',
  {
    adminAccess: boolean(5, {
      doc: 'Whether the device was allocated for administrative access.',
      emit: 'if-set',
    }),
    bindingConditions: list(7, text, {
      doc: 'Conditions of the device that must be True before the pod is bound.',
      listType: 'atomic',
    }),
    bindingFailureConditions: list(8, text, {
      doc: 'Conditions of the device that fail the binding of the pod if one of them is True.',
      listType: 'atomic',
    }),
    consumedCapacity: map(10, amount, {
      doc: 'Amounts of capacity that are allocated, if the device is shared.',
    }),
    device: required(string(4, { doc: 'Name of the device, unique within its pool.', emit: 'always' })),
    driver: required(string(2, { doc: 'Name of the driver of the device.', emit: 'always' })),
    pool: required(string(3, { doc: 'Name of the pool that the device belongs to.', emit: 'always' })),
    request: required(
      string(1, { doc: 'Name of the request for which the device was allocated.', emit: 'always' }),
    ),
    shareID: string(9, { doc: 'ID of the share of the device, if the device is shared.', emit: 'if-set' }),
    tolerations: list(6, DeviceToleration, {
      doc: 'Tolerations of the request at the time of the allocation.',
      listType: 'atomic',
    }),
  },
  { doc: 'Device that was allocated for a request.' },
);
export interface DeviceRequestAllocationResult extends Of<typeof DeviceRequestAllocationResult> {}

export const DeviceAllocationResult = struct(
  'io.k8s.api.resource.v1.DeviceAllocationResult',
  {
    config: list(2, DeviceAllocationConfiguration, {
      doc: 'Configuration for the devices. That of classes comes before that of the claim.',
      listType: 'atomic',
    }),
    results: list(1, DeviceRequestAllocationResult, { doc: 'Allocated devices.', listType: 'atomic' }),
  },
  { doc: 'Result of allocating devices.' },
);
export interface DeviceAllocationResult extends Of<typeof DeviceAllocationResult> {}

export const AllocationResult = struct(
  'io.k8s.api.resource.v1.AllocationResult',
  {
    allocationTimestamp: time(5, { doc: 'Time at which the devices were allocated.', emit: 'if-set' }),
    devices: ref(1, DeviceAllocationResult, {
      doc: 'Allocated devices and their configuration.',
      emit: 'always',
    }),
    nodeSelector: ref(3, NodeSelector, {
      doc: 'Nodes from which the devices are available. By default, they are available on all nodes.',
      emit: 'if-set',
    }),
  },
  { doc: 'Result of an allocation.' },
);
export interface AllocationResult extends Of<typeof AllocationResult> {}

export const ResourceClaimConsumerReference = struct(
  'io.k8s.api.resource.v1.ResourceClaimConsumerReference',
  {
    apiGroup: string(1, { doc: 'API group of the object. Empty for the core group.' }),
    name: required(string(4, { doc: 'Name of the object.', emit: 'always' })),
    resource: required(string(3, { doc: 'Resource of the object, such as pods.', emit: 'always' })),
    uid: required(string(5, { doc: 'UID of the object.', emit: 'always' })),
  },
  { doc: 'Reference to an object that may use the claim.' },
);
export interface ResourceClaimConsumerReference extends Of<typeof ResourceClaimConsumerReference> {}

export const ResourceClaimStatus = struct(
  'io.k8s.api.resource.v1.ResourceClaimStatus',
  {
    allocation: ref(1, AllocationResult, {
      doc: 'Result of the allocation. Not set if the claim is not allocated.',
      emit: 'if-set',
    }),
    devices: list(4, AllocatedDeviceStatus, {
      doc: 'Status of the allocated devices, as reported by their drivers.',
      listType: 'map',
      keys: ['driver', 'device', 'pool', 'shareID'],
    }),
    reservedFor: list(2, ResourceClaimConsumerReference, {
      doc: 'Objects that may use the claim.',
      listType: 'map',
      keys: ['uid'],
      merge: 'uid',
    }),
  },
  { doc: 'Observed allocation, and the objects that use it.' },
);
export interface ResourceClaimStatus extends Of<typeof ResourceClaimStatus> {}

export const ResourceClaim = resource(
  'io.k8s.api.resource.v1.ResourceClaim',
  {
    doc: 'Requests devices for use by workloads.',
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
