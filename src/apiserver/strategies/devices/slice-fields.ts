// Which fields of ResourceSlices belong to which feature. Objects are as the request has them: in v1beta1, what a device offers stands
// in its field `basic`.
import type { Gated, Place } from './gated-fields.ts';

interface Device {
  readonly basic?: Device;
  readonly attributes?: Readonly<Record<string, object>>;
  readonly capacity?: Readonly<Record<string, object>>;
  taints?: { timeAdded?: string }[];
}

export interface SliceSpec {
  readonly devices?: readonly Device[];
}

export const offersOf = ({ devices = [] }: SliceSpec): Device[] => devices.map((one) => one.basic ?? one);

const having = (parts: readonly object[], ...fields: string[]): Place[] =>
  parts.map((part) => [part, fields]);

const attributesOf = (spec: SliceSpec): object[] =>
  offersOf(spec).flatMap(({ attributes = {} }) => Object.values(attributes));
const capacitiesOf = (spec: SliceSpec): object[] =>
  offersOf(spec).flatMap(({ capacity = {} }) => Object.values(capacity));

export const gatedSlice: readonly Gated<SliceSpec>[] = [
  { gates: ['DRADeviceTaints'], places: (spec) => having(offersOf(spec), 'taints') },
  {
    gates: ['DRAPartitionableDevices'],
    places: (spec) => [
      ...having([spec], 'sharedCounters', 'perDeviceNodeSelection'),
      ...having(offersOf(spec), 'consumesCounters', 'nodeName', 'nodeSelector', 'allNodes'),
    ],
  },
  {
    gates: ['DRADeviceBindingConditions', 'DRAResourceClaimDeviceStatus'],
    places: (spec) => having(offersOf(spec), 'bindingConditions', 'bindingFailureConditions', 'bindsToNode'),
  },
  {
    gates: ['DRAConsumableCapacity'],
    places: (spec) => [
      ...having(offersOf(spec), 'allowMultipleAllocations'),
      ...having(capacitiesOf(spec), 'requestPolicy'),
    ],
  },
  {
    gates: ['DRANodeAllocatableResources'],
    places: (spec) => having(offersOf(spec), 'nodeAllocatableResourceMappings'),
  },
  {
    gates: ['DRAListTypeAttributes'],
    places: (spec) => having(attributesOf(spec), 'bools', 'ints', 'strings', 'versions'),
  },
];
