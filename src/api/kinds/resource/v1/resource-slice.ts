import { resource } from '../../../meta/v1/resource.ts';
import {
  amount,
  boolean,
  flag,
  int64,
  list,
  map,
  type Of,
  quantity,
  ref,
  required,
  string,
  struct,
  text,
  whole64,
} from '../../../schema/notation.ts';
import { NodeSelector } from '../../core/v1/node-affinity.ts';
import { DeviceTaint } from './device-taint.ts';

export const CapacityRequestPolicyRange = struct(
  'io.k8s.api.resource.v1.CapacityRequestPolicyRange',
  {
    max: quantity(2, { doc: 'Maximum amount. By default, there is no limit.', emit: 'if-set' }),
    min: required(quantity(1, { doc: 'Minimum amount.', emit: 'if-set' })),
    step: quantity(3, { doc: 'Step size. Amounts are min plus a multiple of it.', emit: 'if-set' }),
  },
  { doc: 'Range of valid amounts.' },
);
export interface CapacityRequestPolicyRange extends Of<typeof CapacityRequestPolicyRange> {}

export const CapacityRequestPolicy = struct(
  'io.k8s.api.resource.v1.CapacityRequestPolicy',
  {
    default: quantity(1, { doc: 'Amount for requests that specify none.', emit: 'if-set' }),
    validRange: ref(4, CapacityRequestPolicyRange, {
      doc: 'Valid amounts as a range. Mutually exclusive with validValues.',
      emit: 'if-set',
    }),
    validValues: list(3, amount, {
      doc: 'Valid amounts in ascending order. Mutually exclusive with validRange.',
      listType: 'atomic',
    }),
  },
  { doc: 'How the capacity of a shared device may be requested.' },
);
export interface CapacityRequestPolicy extends Of<typeof CapacityRequestPolicy> {}

export const Counter = struct(
  'io.k8s.api.resource.v1.Counter',
  {
    value: required(quantity(1, { doc: 'Amount that is available.', emit: 'always' })),
  },
  { doc: 'Amount that devices share.' },
);
export interface Counter extends Of<typeof Counter> {}

export const CounterSet = struct(
  'io.k8s.api.resource.v1.CounterSet',
  {
    counters: required(map(2, Counter, { doc: 'Counters by name.' })),
    name: required(string(1, { doc: 'Name of the counter set, unique within the pool.', emit: 'always' })),
  },
  { doc: 'Named set of counters that devices of a pool share.' },
);
export interface CounterSet extends Of<typeof CounterSet> {}

export const DeviceAttribute = struct(
  'io.k8s.api.resource.v1.DeviceAttribute',
  {
    bool: boolean(3, { doc: 'Boolean value.', emit: 'if-set' }),
    bools: list(7, flag, { doc: 'List of boolean values.', listType: 'atomic' }),
    int: int64(2, { doc: 'Integer value.', emit: 'if-set' }),
    ints: list(6, whole64, { doc: 'List of integer values.', listType: 'atomic' }),
    string: string(4, { doc: 'String value.', emit: 'if-set' }),
    strings: list(8, text, { doc: 'List of string values.', listType: 'atomic' }),
    version: string(5, { doc: 'Semantic version, such as 1.2.3.', emit: 'if-set' }),
    versions: list(9, text, { doc: 'List of semantic versions.', listType: 'atomic' }),
  },
  { doc: 'Value of a device attribute. Exactly one member must be set.' },
);
export interface DeviceAttribute extends Of<typeof DeviceAttribute> {}

export const DeviceCapacity = struct(
  'io.k8s.api.resource.v1.DeviceCapacity',
  {
    requestPolicy: ref(2, CapacityRequestPolicy, {
      doc: 'How the capacity may be requested. Only for devices that allow multiple allocations.',
      emit: 'if-set',
    }),
    value: required(quantity(1, { doc: 'Total amount.', emit: 'always' })),
  },
  { doc: 'Capacity of a device.' },
);
export interface DeviceCapacity extends Of<typeof DeviceCapacity> {}

export const DeviceCounterConsumption = struct(
  'io.k8s.api.resource.v1.DeviceCounterConsumption',
  {
    counterSet: required(string(1, { doc: 'Name of the counter set.', emit: 'always' })),
    counters: required(map(2, Counter, { doc: 'Amounts by name of the counter.' })),
  },
  { doc: 'Amounts that a device takes from a set of shared counters.' },
);
export interface DeviceCounterConsumption extends Of<typeof DeviceCounterConsumption> {}

export const NodeAllocatableResourceMapping = struct(
  'io.k8s.api.resource.v1.NodeAllocatableResourceMapping',
  {
    allocationMultiplier: quantity(2, {
      doc: 'Factor by which the device or its capacity is multiplied. Defaults to 1.',
      assumed: '1',
      emit: 'if-set',
    }),
    capacityKey: string(1, {
      doc: 'Name of the capacity that is counted. By default, the device itself is counted.',
      emit: 'if-set',
    }),
  },
  { doc: 'How a device counts against a resource of the node.' },
);
export interface NodeAllocatableResourceMapping extends Of<typeof NodeAllocatableResourceMapping> {}

export const Device = struct(
  'io.k8s.api.resource.v1.Device',
  {
    allNodes: boolean(7, {
      doc: 'Whether all nodes have access to the device. Only with perDeviceNodeSelection.',
      emit: 'if-set',
    }),
    allowMultipleAllocations: boolean(12, {
      doc: 'Whether the device can be allocated to several requests. Defaults to false.',
      emit: 'if-set',
    }),
    attributes: map(2, DeviceAttribute, { doc: 'Attributes of the device by name.' }),
    bindingConditions: list(10, text, {
      doc: 'Conditions of the device that must be True before a pod is bound.',
      listType: 'atomic',
    }),
    bindingFailureConditions: list(11, text, {
      doc: 'Conditions of the device that fail the binding of the pod if one of them is True.',
      listType: 'atomic',
    }),
    bindsToNode: boolean(9, {
      doc: 'Whether an allocation binds the claim to the node that was chosen. Defaults to false.',
      emit: 'if-set',
    }),
    capacity: map(3, DeviceCapacity, { doc: 'Capacities of the device by name.' }),
    consumesCounters: list(4, DeviceCounterConsumption, {
      doc: 'Amounts that the device takes from shared counters.',
      listType: 'atomic',
    }),
    name: required(string(1, { doc: 'Name of the device, unique within the pool.', emit: 'always' })),
    nodeAllocatableResourceMappings: map(13, NodeAllocatableResourceMapping, {
      doc: 'How the device counts against resources of the node, by resource.',
    }),
    nodeName: string(5, {
      doc: 'Node that has access to the device. Only with perDeviceNodeSelection.',
      emit: 'if-set',
    }),
    nodeSelector: ref(6, NodeSelector, {
      doc: 'Nodes that have access to the device. Only with perDeviceNodeSelection.',
      emit: 'if-set',
    }),
    taints: list(8, DeviceTaint, { doc: 'Taints of the device.', listType: 'atomic' }),
  },
  { doc: 'Device that is available for allocation.' },
);
export interface Device extends Of<typeof Device> {}

export const ResourcePool = struct(
  'io.k8s.api.resource.v1.ResourcePool',
  {
    generation: required(
      int64(2, { doc: 'Generation of the pool. Slices of older generations are ignored.', emit: 'always' }),
    ),
    name: required(string(1, { doc: 'Name of the pool, often that of the node.', emit: 'always' })),
    resourceSliceCount: required(
      int64(3, { doc: 'Number of slices in the pool at this generation.', emit: 'always' }),
    ),
  },
  { doc: 'Pool that a slice belongs to.' },
);
export interface ResourcePool extends Of<typeof ResourcePool> {}

export const ResourceSliceSpec = struct(
  'io.k8s.api.resource.v1.ResourceSliceSpec',
  {
    allNodes: boolean(5, {
      doc: 'Whether all nodes have access to the devices of the slice.',
      emit: 'if-set',
    }),
    devices: list(6, Device, { doc: 'Devices of the slice.', listType: 'atomic' }),
    driver: required(string(1, { doc: 'Name of the driver that provides the devices.', emit: 'always' })),
    nodeName: string(3, { doc: 'Node that has access to the devices of the slice.', emit: 'if-set' }),
    nodeSelector: ref(4, NodeSelector, {
      doc: 'Nodes that have access to the devices of the slice.',
      emit: 'if-set',
    }),
    perDeviceNodeSelection: boolean(7, {
      doc: 'Whether each device specifies the nodes that have access to it.',
      emit: 'if-set',
    }),
    pool: required(ref(2, ResourcePool, { doc: 'Pool that the slice belongs to.', emit: 'always' })),
    sharedCounters: list(8, CounterSet, {
      doc: 'Counters that devices of the pool share. They must be in a slice of their own.',
      listType: 'atomic',
    }),
  },
  { doc: 'Devices of a pool, and the nodes that have access to them.' },
);
export interface ResourceSliceSpec extends Of<typeof ResourceSliceSpec> {}

export const ResourceSlice = resource(
  'io.k8s.api.resource.v1.ResourceSlice',
  {
    doc: 'Publishes devices that a driver provides in a pool.',
    group: 'resource.k8s.io',
    version: 'v1',
    kind: 'ResourceSlice',
    plural: 'resourceslices',
    singular: 'resourceslice',
    namespaced: false,
    storageVersionHash: 'KsC072WgaEY=',
  },
  {
    spec: required(ref(2, ResourceSliceSpec, { emit: 'always' })),
  },
);
export interface ResourceSlice extends Of<typeof ResourceSlice> {}
