// The parts of resource.k8s.io/v1beta1 whose fields are not those of v1: a request for devices names its class itself, and a
// device keeps what it offers in `basic`. All other parts are those of v1.
import { boolean, int64, list, type Of, ref, required, string, struct } from '../../../schema/notation.ts';
import {
  CapacityRequirements,
  DeviceSelector,
  DeviceToleration,
  DeviceClaim as V1DeviceClaim,
  DeviceSubRequest as V1DeviceSubRequest,
} from '../v1/device.ts';
import { Device as V1Device, ResourceSliceSpec as V1ResourceSliceSpec } from '../v1/resource-slice.ts';

const { allocationMode, count, deviceClassName, name, selectors } = V1DeviceSubRequest.fields;
const { capacity, tolerations } = V1DeviceSubRequest.fields;

export const DeviceSubRequest = struct(
  'io.k8s.api.resource.v1beta1.DeviceSubRequest',
  {
    allocationMode,
    capacity: { ...capacity, number: 8 },
    count,
    deviceClassName,
    name,
    selectors,
    tolerations: { ...tolerations, number: 7 },
  },
  { doc: 'Alternative that can satisfy a request.' },
);

export const DeviceRequest = struct(
  'io.k8s.api.resource.v1beta1.DeviceRequest',
  {
    adminAccess: boolean(6, {
      doc: 'Whether administrative access is requested, also to devices that are in use. Defaults to false.',
      emit: 'if-set',
    }),
    allocationMode: string(4, {
      doc: 'Which devices are allocated: ExactCount, or All that match. Defaults to ExactCount if a class is named.',
      enum: ['All', 'ExactCount'],
    }),
    capacity: ref(9, CapacityRequirements, { doc: 'Required capacity of each device.', emit: 'if-set' }),
    count: int64(5, { doc: 'Number of devices if allocationMode is ExactCount. Defaults to 1.' }),
    deviceClassName: string(2, {
      doc: 'Name of the DeviceClass that the devices must belong to. Mutually exclusive with firstAvailable.',
      emit: 'always',
    }),
    firstAvailable: list(7, DeviceSubRequest, {
      doc: 'Alternatives in order of preference. The first one that can be satisfied is used.',
      listType: 'atomic',
    }),
    name: required(string(1, { doc: 'Name of the request, unique within the claim.', emit: 'always' })),
    selectors: list(3, DeviceSelector, {
      doc: 'Selectors that a device must all match.',
      listType: 'atomic',
    }),
    tolerations: list(8, DeviceToleration, {
      doc: 'Tolerations for taints of devices.',
      listType: 'atomic',
    }),
  },
  { doc: 'Request for devices: of one class, or one of several alternatives.' },
);
export interface DeviceRequest extends Of<typeof DeviceRequest> {}

export const DeviceClaim = struct(
  'io.k8s.api.resource.v1beta1.DeviceClaim',
  {
    ...V1DeviceClaim.fields,
    requests: list(1, DeviceRequest, {
      doc: 'Requests for devices. All of them must be satisfied.',
      emit: 'always',
      listType: 'atomic',
    }),
  },
  { doc: 'Requests for devices, and constraints on them.' },
);

export const ResourceClaimSpec = struct(
  'io.k8s.api.resource.v1beta1.ResourceClaimSpec',
  { devices: ref(1, DeviceClaim, { doc: 'Requested devices.', emit: 'always' }) },
  { doc: 'Requests for devices, and constraints on them.' },
);
export interface ResourceClaimSpec extends Of<typeof ResourceClaimSpec> {}

const offers = V1Device.fields;

export const BasicDevice = struct(
  'io.k8s.api.resource.v1beta1.BasicDevice',
  {
    allNodes: { ...offers.allNodes, number: 6 },
    allowMultipleAllocations: { ...offers.allowMultipleAllocations, number: 11 },
    attributes: { ...offers.attributes, number: 1 },
    bindingConditions: { ...offers.bindingConditions, number: 9 },
    bindingFailureConditions: { ...offers.bindingFailureConditions, number: 10 },
    bindsToNode: { ...offers.bindsToNode, number: 8 },
    capacity: { ...offers.capacity, number: 2 },
    consumesCounters: { ...offers.consumesCounters, number: 3 },
    nodeAllocatableResourceMappings: { ...offers.nodeAllocatableResourceMappings, number: 12 },
    nodeName: { ...offers.nodeName, number: 4 },
    nodeSelector: { ...offers.nodeSelector, number: 5 },
    taints: { ...offers.taints, number: 7 },
  },
  { doc: 'What a device offers, and who may use it.' },
);

export const Device = struct(
  'io.k8s.api.resource.v1beta1.Device',
  {
    basic: ref(2, BasicDevice, { doc: 'What the device offers, and who may use it.', emit: 'if-set' }),
    name: offers.name,
  },
  { doc: 'Device that is available for allocation.' },
);
export interface Device extends Of<typeof Device> {}

export const ResourceSliceSpec = struct(
  'io.k8s.api.resource.v1beta1.ResourceSliceSpec',
  {
    ...V1ResourceSliceSpec.fields,
    allNodes: boolean(5, { doc: 'Whether all nodes have access to the devices of the slice.' }),
    devices: list(6, Device, { doc: 'Devices of the slice.', listType: 'atomic' }),
    nodeName: string(3, { doc: 'Node that has access to the devices of the slice.' }),
  },
  { doc: 'Devices of a pool, and the nodes that have access to them.' },
);
export interface ResourceSliceSpec extends Of<typeof ResourceSliceSpec> {}
