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
  time,
  whole64,
} from '../../../schema/notation.ts';
import { NodeSelector } from '../../core/v1/node-affinity.ts';

export const CapacityRequestPolicyRange = struct(
  'io.k8s.api.resource.v1.CapacityRequestPolicyRange',
  {
    max: quantity(2, { doc: 'The largest portion; no limit when absent.', emit: 'if-set' }),
    min: required(quantity(1, { doc: 'The smallest portion.', emit: 'if-set' })),
    step: quantity(3, { doc: 'Portions grow from min in steps of this size.', emit: 'if-set' }),
  },
  { doc: 'A range of portions.' },
);
export interface CapacityRequestPolicyRange extends Of<typeof CapacityRequestPolicyRange> {}

export const CapacityRequestPolicy = struct(
  'io.k8s.api.resource.v1.CapacityRequestPolicy',
  {
    default: quantity(1, { doc: 'The portion for requests that name none.', emit: 'if-set' }),
    validRange: ref(4, CapacityRequestPolicyRange, {
      doc: 'Portions in a range; excludes validValues.',
      emit: 'if-set',
    }),
    validValues: list(3, amount, {
      doc: 'The only portions there are, in rising order.',
      listType: 'atomic',
    }),
  },
  { doc: 'In what portions a capacity is given away.' },
);
export interface CapacityRequestPolicy extends Of<typeof CapacityRequestPolicy> {}

export const Counter = struct(
  'io.k8s.api.resource.v1.Counter',
  {
    value: required(quantity(1, { doc: 'How much there is.', emit: 'always' })),
  },
  { doc: 'An amount that devices share.' },
);
export interface Counter extends Of<typeof Counter> {}

export const CounterSet = struct(
  'io.k8s.api.resource.v1.CounterSet',
  {
    counters: required(map(2, Counter, { doc: 'The amounts, by name.' })),
    name: required(string(1, { doc: "The set's name, unique in the pool.", emit: 'always' })),
  },
  { doc: 'Amounts that devices share.' },
);
export interface CounterSet extends Of<typeof CounterSet> {}

export const DeviceAttribute = struct(
  'io.k8s.api.resource.v1.DeviceAttribute',
  {
    bool: boolean(3, { doc: 'True or false.', emit: 'if-set' }),
    bools: list(7, flag, { doc: 'Several truth values.', listType: 'atomic' }),
    int: int64(2, { doc: 'A whole number.', emit: 'if-set' }),
    ints: list(6, whole64, { doc: 'Several whole numbers.', listType: 'atomic' }),
    string: string(4, { doc: 'A short text.', emit: 'if-set' }),
    strings: list(8, text, { doc: 'Several short texts.', listType: 'atomic' }),
    version: string(5, { doc: 'A semantic version, such as 1.2.3.', emit: 'if-set' }),
    versions: list(9, text, { doc: 'Several semantic versions.', listType: 'atomic' }),
  },
  { doc: 'One trait of a device; one member is set.' },
);
export interface DeviceAttribute extends Of<typeof DeviceAttribute> {}

export const DeviceCapacity = struct(
  'io.k8s.api.resource.v1.DeviceCapacity',
  {
    requestPolicy: ref(2, CapacityRequestPolicy, {
      doc: 'In what portions it is given, when the device is shared.',
      emit: 'if-set',
    }),
    value: required(quantity(1, { doc: 'How much there is in all.', emit: 'always' })),
  },
  { doc: 'How much a device has of something.' },
);
export interface DeviceCapacity extends Of<typeof DeviceCapacity> {}

export const DeviceCounterConsumption = struct(
  'io.k8s.api.resource.v1.DeviceCounterConsumption',
  {
    counterSet: required(string(1, { doc: 'The set it takes from.', emit: 'always' })),
    counters: required(map(2, Counter, { doc: 'How much it takes, by counter.' })),
  },
  { doc: 'What a device takes from shared counters.' },
);
export interface DeviceCounterConsumption extends Of<typeof DeviceCounterConsumption> {}

export const NodeAllocatableResourceMapping = struct(
  'io.k8s.api.resource.v1.NodeAllocatableResourceMapping',
  {
    allocationMultiplier: quantity(2, {
      doc: 'How much each device, or unit of capacity, takes; 1 when absent.',
      emit: 'if-set',
    }),
    capacityKey: string(1, {
      doc: 'The capacity that is counted; the device itself when absent.',
      emit: 'if-set',
    }),
  },
  { doc: 'How a device counts against a resource of the node.' },
);
export interface NodeAllocatableResourceMapping extends Of<typeof NodeAllocatableResourceMapping> {}

export const DeviceTaint = struct(
  'io.k8s.api.resource.v1.DeviceTaint',
  {
    effect: required(
      string(3, {
        doc: 'None, NoSchedule, or NoExecute to end running pods, too.',
        enum: ['NoExecute', 'NoSchedule', 'None'],
        emit: 'always',
      }),
    ),
    key: required(string(1, { doc: "The taint's key.", emit: 'always' })),
    timeAdded: time(4, { doc: 'When it was put there; set by the server when absent.', emit: 'if-set' }),
    value: string(2, { doc: "The taint's value; may be empty." }),
  },
  { doc: 'A reason for pods to keep away from a device.' },
);
export interface DeviceTaint extends Of<typeof DeviceTaint> {}

export const Device = struct(
  'io.k8s.api.resource.v1.Device',
  {
    allNodes: boolean(7, { doc: 'All nodes reach it; only with perDeviceNodeSelection.', emit: 'if-set' }),
    allowMultipleAllocations: boolean(12, {
      doc: 'Several claims may share it; false when absent.',
      emit: 'if-set',
    }),
    attributes: map(2, DeviceAttribute, { doc: 'What it is like, by name.' }),
    bindingConditions: list(10, text, {
      doc: 'Device conditions that must be True before a pod is bound.',
      listType: 'atomic',
    }),
    bindingFailureConditions: list(11, text, {
      doc: 'Device conditions that, when True, call the binding off.',
      listType: 'atomic',
    }),
    bindsToNode: boolean(9, {
      doc: 'Claims are tied to the node chosen; false when absent.',
      emit: 'if-set',
    }),
    capacity: map(3, DeviceCapacity, { doc: 'How much it has of what, by name.' }),
    consumesCounters: list(4, DeviceCounterConsumption, {
      doc: 'What it takes from the shared counters.',
      listType: 'atomic',
    }),
    name: required(string(1, { doc: "The device's name, unique in the pool.", emit: 'always' })),
    nodeAllocatableResourceMappings: map(13, NodeAllocatableResourceMapping, {
      doc: "What it takes from the node's own resources, by resource.",
    }),
    nodeName: string(5, {
      doc: 'The node that reaches it; only with perDeviceNodeSelection.',
      emit: 'if-set',
    }),
    nodeSelector: ref(6, NodeSelector, {
      doc: 'The nodes that reach it; only with perDeviceNodeSelection.',
      emit: 'if-set',
    }),
    taints: list(8, DeviceTaint, { doc: 'Reasons for pods to keep away from it.', listType: 'atomic' }),
  },
  { doc: 'One device of a pool.' },
);
export interface Device extends Of<typeof Device> {}

export const ResourcePool = struct(
  'io.k8s.api.resource.v1.ResourcePool',
  {
    generation: required(
      int64(2, { doc: 'Grows with every change; slices of older ones do not count.', emit: 'always' }),
    ),
    name: required(string(1, { doc: "The pool's name, often that of its node.", emit: 'always' })),
    resourceSliceCount: required(
      int64(3, { doc: 'How many slices make up the pool in this generation.', emit: 'always' }),
    ),
  },
  { doc: 'The pool that a slice is part of.' },
);
export interface ResourcePool extends Of<typeof ResourcePool> {}

export const ResourceSliceSpec = struct(
  'io.k8s.api.resource.v1.ResourceSliceSpec',
  {
    allNodes: boolean(5, { doc: 'All nodes reach them.', emit: 'if-set' }),
    devices: list(6, Device, { doc: 'The devices, one by one.', listType: 'atomic' }),
    driver: required(string(1, { doc: 'The name of the driver that offers them.', emit: 'always' })),
    nodeName: string(3, { doc: 'The one node that reaches them.', emit: 'if-set' }),
    nodeSelector: ref(4, NodeSelector, { doc: 'The nodes that reach them.', emit: 'if-set' }),
    perDeviceNodeSelection: boolean(7, {
      doc: 'Each device tells for itself who reaches it.',
      emit: 'if-set',
    }),
    pool: required(ref(2, ResourcePool, { doc: 'The pool that the slice is part of.', emit: 'always' })),
    sharedCounters: list(8, CounterSet, {
      doc: 'Amounts that devices share; they stand in slices without devices.',
      listType: 'atomic',
    }),
  },
  { doc: 'The devices of a slice, and who reaches them.' },
);
export interface ResourceSliceSpec extends Of<typeof ResourceSliceSpec> {}

export const ResourceSlice = resource(
  'io.k8s.api.resource.v1.ResourceSlice',
  {
    doc: 'The devices of a node or pool.',
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
