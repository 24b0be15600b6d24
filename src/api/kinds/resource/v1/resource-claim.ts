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
    hardwareAddress: string(3, { doc: 'The hardware address, such as a MAC address.' }),
    interfaceName: string(1, { doc: "The interface's name in the pod." }),
    ips: list(2, text, { doc: 'The addresses, each with its prefix length.', listType: 'atomic' }),
  },
  { doc: 'Addresses of a network device.' },
);
export interface NetworkDeviceData extends Of<typeof NetworkDeviceData> {}

export const AllocatedDeviceStatus = struct(
  'io.k8s.api.resource.v1.AllocatedDeviceStatus',
  {
    conditions: list(4, Condition, {
      doc: 'What is known, by aspect.',
      emit: 'always',
      listType: 'map',
      keys: ['type'],
    }),
    data: raw(5, { doc: "More facts, in the driver's own form.", emit: 'if-set' }),
    device: required(string(3, { doc: "The device's name in the pool.", emit: 'always' })),
    driver: required(string(1, { doc: "The driver's name.", emit: 'always' })),
    networkData: ref(6, NetworkDeviceData, { doc: 'Addresses, if it is a network device.', emit: 'if-set' }),
    pool: required(string(2, { doc: 'The pool the device is from.', emit: 'always' })),
    shareID: string(7, { doc: 'Which share of the device, if it is shared.', emit: 'if-set' }),
  },
  { doc: 'What a driver tells about a device of the claim.' },
);
export interface AllocatedDeviceStatus extends Of<typeof AllocatedDeviceStatus> {}

export const DeviceAllocationConfiguration = struct(
  'io.k8s.api.resource.v1.DeviceAllocationConfiguration',
  {
    opaque: ref(1, OpaqueDeviceConfiguration, {
      doc: 'Settings that only the driver understands.',
      emit: 'if-set',
      inline: [3],
    }),
    requests: list(2, text, { doc: 'For which requests they are; all when empty.', listType: 'atomic' }),
    source: required(
      string(1, {
        doc: 'FromClass or FromClaim: where the settings come from.',
        enum: ['FromClaim', 'FromClass'],
        emit: 'always',
      }),
    ),
  },
  { doc: 'Settings for the devices given.' },
);
export interface DeviceAllocationConfiguration extends Of<typeof DeviceAllocationConfiguration> {}

export const DeviceRequestAllocationResult = struct(
  'io.k8s.api.resource.v1.DeviceRequestAllocationResult',
  {
    adminAccess: boolean(5, { doc: 'Whether it was given to watch over it only.', emit: 'if-set' }),
    bindingConditions: list(7, text, {
      doc: 'Device conditions that must be True before the pod is bound.',
      listType: 'atomic',
    }),
    bindingFailureConditions: list(8, text, {
      doc: 'Device conditions that, when True, call the binding off.',
      listType: 'atomic',
    }),
    consumedCapacity: map(10, amount, { doc: 'How much of a shared device was taken.' }),
    device: required(string(4, { doc: "The device's name in the pool.", emit: 'always' })),
    driver: required(string(2, { doc: "The name of the device's driver.", emit: 'always' })),
    pool: required(string(3, { doc: 'The pool the device is from.', emit: 'always' })),
    request: required(string(1, { doc: 'The request it was given for.', emit: 'always' })),
    shareID: string(9, { doc: 'Which share of the device, if it is shared.', emit: 'if-set' }),
    tolerations: list(6, DeviceToleration, {
      doc: "The request's tolerations when the device was given.",
      listType: 'atomic',
    }),
  },
  { doc: 'A device that was given for a request.' },
);
export interface DeviceRequestAllocationResult extends Of<typeof DeviceRequestAllocationResult> {}

export const DeviceAllocationResult = struct(
  'io.k8s.api.resource.v1.DeviceAllocationResult',
  {
    config: list(2, DeviceAllocationConfiguration, {
      doc: 'The settings, those of classes before those of the claim.',
      listType: 'atomic',
    }),
    results: list(1, DeviceRequestAllocationResult, { doc: 'The devices, one by one.', listType: 'atomic' }),
  },
  { doc: 'The devices given, with their settings.' },
);
export interface DeviceAllocationResult extends Of<typeof DeviceAllocationResult> {}

export const AllocationResult = struct(
  'io.k8s.api.resource.v1.AllocationResult',
  {
    allocationTimestamp: time(5, { doc: 'When they were given.', emit: 'if-set' }),
    devices: ref(1, DeviceAllocationResult, { doc: 'The devices, with their settings.', emit: 'always' }),
    nodeSelector: ref(3, NodeSelector, {
      doc: 'The nodes that reach the devices; all when absent.',
      emit: 'if-set',
    }),
  },
  { doc: 'The devices that were given.' },
);
export interface AllocationResult extends Of<typeof AllocationResult> {}

export const ResourceClaimConsumerReference = struct(
  'io.k8s.api.resource.v1.ResourceClaimConsumerReference',
  {
    apiGroup: string(1, { doc: "The object's API group; the core group when absent." }),
    name: required(string(4, { doc: "The object's name.", emit: 'always' })),
    resource: required(string(3, { doc: "The object's resource, such as pods.", emit: 'always' })),
    uid: required(string(5, { doc: "The object's uid.", emit: 'always' })),
  },
  { doc: 'Who may use the claim.' },
);
export interface ResourceClaimConsumerReference extends Of<typeof ResourceClaimConsumerReference> {}

export const ResourceClaimStatus = struct(
  'io.k8s.api.resource.v1.ResourceClaimStatus',
  {
    allocation: ref(1, AllocationResult, { doc: 'The devices given; none yet when absent.', emit: 'if-set' }),
    devices: list(4, AllocatedDeviceStatus, {
      doc: 'What the drivers tell about the devices.',
      listType: 'map',
      keys: ['driver', 'device', 'pool', 'shareID'],
    }),
    reservedFor: list(2, ResourceClaimConsumerReference, {
      doc: 'Who may use the claim now.',
      listType: 'map',
      keys: ['uid'],
      merge: 'uid',
    }),
  },
  { doc: 'Which devices were given, and who uses them.' },
);
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
