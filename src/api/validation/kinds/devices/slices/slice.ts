// Validates ResourceSlices: driver, pool and node never change, and a slice has either devices or the counters that devices share.
// NodeRestriction relies on a slice staying with its node.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import { addAll } from '../../../../../kit/lists.ts';
import type {
  Device,
  ResourcePool,
  ResourceSlice,
  ResourceSliceSpec,
} from '../../../../kinds/resource/v1/resource-slice.ts';
import { type FieldError, immutable, invalid } from '../../../field.ts';
import type { Rules } from '../../../rules.ts';
import { setErrors } from '../lists.ts';
import { driverErrors, poolErrors } from '../names.ts';
import { hasLists } from './attributes.ts';
import { counterSetsErrors } from './counters.ts';
import { deviceErrors } from './device.ts';
import { sliceNodesErrors } from './node-access.ts';

const MAX_DEVICES = 128;
/** With taints, counters or lists of values. */
const MAX_ADVANCED_DEVICES = 64;

export const resourceSliceRules: Rules<ResourceSlice> = {
  create: ({ spec }) => specErrors(spec, undefined),
  update: ({ spec }, old) => specErrors(spec, old.spec),
};

function specErrors(spec: ResourceSliceSpec, old: ResourceSliceSpec | undefined): FieldError[] {
  const { driver, pool, devices, sharedCounters } = spec;
  const errors = driverErrors('spec.driver', driver);
  addAll(
    errors,
    slicePoolErrors('spec.pool', pool ?? {}),
    old ? movedErrors(spec, old) : [],
    sliceNodesErrors(spec),
  );
  if (sharedCounters && devices)
    errors.push(invalid('spec', '', 'only one of `sharedCounters` or `devices` is allowed'));
  addAll(errors, devicesErrors(spec, old), counterSetsErrors('spec.sharedCounters', sharedCounters));
  return errors;
}

function slicePoolErrors(path: string, pool: Partial<ResourcePool>): FieldError[] {
  const { name = '', resourceSliceCount = 0, generation = 0 } = pool;
  const errors = poolErrors(`${path}.name`, name);
  if (resourceSliceCount <= 0)
    errors.push(invalid(`${path}.resourceSliceCount`, resourceSliceCount, 'must be greater than zero'));
  if (generation < 0)
    errors.push(invalid(`${path}.generation`, generation, 'must be greater than or equal to zero'));
  return errors;
}

const movedErrors = (spec: ResourceSliceSpec, old: ResourceSliceSpec): FieldError[] => [
  ...(spec.pool?.name === old.pool?.name ? [] : [immutable('spec.pool.name', spec.pool?.name)]),
  ...(spec.driver === old.driver ? [] : [immutable('spec.driver', spec.driver)]),
  ...(spec.nodeName === old.nodeName ? [] : [immutable('spec.nodeName', spec.nodeName)]),
];

function devicesErrors(spec: ResourceSliceSpec, old: ResourceSliceSpec | undefined): FieldError[] {
  const { devices = [], perDeviceNodeSelection } = spec;
  const before = new Map(old?.devices?.map((device) => [device.name, device]));
  return setErrors(
    'spec.devices',
    devices,
    devices.some(isAdvanced) ? MAX_ADVANCED_DEVICES : MAX_DEVICES,
    ({ name = '' }) => name,
    (path, device) => deviceErrors(path, device, before.get(device.name), perDeviceNodeSelection === true),
  );
}

const isAdvanced = ({ taints, consumesCounters, attributes = {} }: Device): boolean =>
  Boolean(taints?.length || consumesCounters?.length) || Object.values(attributes).some(hasLists);
