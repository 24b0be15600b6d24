import { NodeSelector } from '../../core/v1/node-affinity.ts';
import { resource } from '../../meta/v1/resource.ts';
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
} from '../../schema/notation.ts';

export const CapacityRequestPolicyRange = struct('io.k8s.api.resource.v1.CapacityRequestPolicyRange', {
  max: quantity(2, { emit: 'if-set' }),
  min: required(quantity(1, { emit: 'if-set' })),
  step: quantity(3, { emit: 'if-set' }),
});
export interface CapacityRequestPolicyRange extends Of<typeof CapacityRequestPolicyRange> {}

export const CapacityRequestPolicy = struct('io.k8s.api.resource.v1.CapacityRequestPolicy', {
  default: quantity(1, { emit: 'if-set' }),
  validRange: ref(4, CapacityRequestPolicyRange, { emit: 'if-set' }),
  validValues: list(3, amount, { listType: 'atomic' }),
});
export interface CapacityRequestPolicy extends Of<typeof CapacityRequestPolicy> {}

export const Counter = struct('io.k8s.api.resource.v1.Counter', {
  value: required(quantity(1, { emit: 'always' })),
});
export interface Counter extends Of<typeof Counter> {}

export const CounterSet = struct('io.k8s.api.resource.v1.CounterSet', {
  counters: required(map(2, Counter)),
  name: required(string(1, { emit: 'always' })),
});
export interface CounterSet extends Of<typeof CounterSet> {}

export const DeviceAttribute = struct('io.k8s.api.resource.v1.DeviceAttribute', {
  bool: boolean(3, { emit: 'if-set' }),
  bools: list(7, flag, { listType: 'atomic' }),
  int: int64(2, { emit: 'if-set' }),
  ints: list(6, whole64, { listType: 'atomic' }),
  string: string(4, { emit: 'if-set' }),
  strings: list(8, text, { listType: 'atomic' }),
  version: string(5, { emit: 'if-set' }),
  versions: list(9, text, { listType: 'atomic' }),
});
export interface DeviceAttribute extends Of<typeof DeviceAttribute> {}

export const DeviceCapacity = struct('io.k8s.api.resource.v1.DeviceCapacity', {
  requestPolicy: ref(2, CapacityRequestPolicy, { emit: 'if-set' }),
  value: required(quantity(1, { emit: 'always' })),
});
export interface DeviceCapacity extends Of<typeof DeviceCapacity> {}

export const DeviceCounterConsumption = struct('io.k8s.api.resource.v1.DeviceCounterConsumption', {
  counterSet: required(string(1, { emit: 'always' })),
  counters: required(map(2, Counter)),
});
export interface DeviceCounterConsumption extends Of<typeof DeviceCounterConsumption> {}

export const NodeAllocatableResourceMapping = struct(
  'io.k8s.api.resource.v1.NodeAllocatableResourceMapping',
  {
    allocationMultiplier: quantity(2, { emit: 'if-set' }),
    capacityKey: string(1, { emit: 'if-set' }),
  },
);
export interface NodeAllocatableResourceMapping extends Of<typeof NodeAllocatableResourceMapping> {}

export const DeviceTaint = struct('io.k8s.api.resource.v1.DeviceTaint', {
  effect: required(string(3, { enum: ['NoExecute', 'NoSchedule', 'None'], emit: 'always' })),
  key: required(string(1, { emit: 'always' })),
  timeAdded: time(4, { emit: 'if-set' }),
  value: string(2),
});
export interface DeviceTaint extends Of<typeof DeviceTaint> {}

export const Device = struct('io.k8s.api.resource.v1.Device', {
  allNodes: boolean(7, { emit: 'if-set' }),
  allowMultipleAllocations: boolean(12, { emit: 'if-set' }),
  attributes: map(2, DeviceAttribute),
  bindingConditions: list(10, text, { listType: 'atomic' }),
  bindingFailureConditions: list(11, text, { listType: 'atomic' }),
  bindsToNode: boolean(9, { emit: 'if-set' }),
  capacity: map(3, DeviceCapacity),
  consumesCounters: list(4, DeviceCounterConsumption, { listType: 'atomic' }),
  name: required(string(1, { emit: 'always' })),
  nodeAllocatableResourceMappings: map(13, NodeAllocatableResourceMapping),
  nodeName: string(5, { emit: 'if-set' }),
  nodeSelector: ref(6, NodeSelector, { emit: 'if-set' }),
  taints: list(8, DeviceTaint, { listType: 'atomic' }),
});
export interface Device extends Of<typeof Device> {}

export const ResourcePool = struct('io.k8s.api.resource.v1.ResourcePool', {
  generation: required(int64(2, { emit: 'always' })),
  name: required(string(1, { emit: 'always' })),
  resourceSliceCount: required(int64(3, { emit: 'always' })),
});
export interface ResourcePool extends Of<typeof ResourcePool> {}

export const ResourceSliceSpec = struct('io.k8s.api.resource.v1.ResourceSliceSpec', {
  allNodes: boolean(5, { emit: 'if-set' }),
  devices: list(6, Device, { listType: 'atomic' }),
  driver: required(string(1, { emit: 'always' })),
  nodeName: string(3, { emit: 'if-set' }),
  nodeSelector: ref(4, NodeSelector, { emit: 'if-set' }),
  perDeviceNodeSelection: boolean(7, { emit: 'if-set' }),
  pool: required(ref(2, ResourcePool, { emit: 'always' })),
  sharedCounters: list(8, CounterSet, { listType: 'atomic' }),
});
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
