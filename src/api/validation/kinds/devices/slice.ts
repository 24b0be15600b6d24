// Validates ResourceSlices: driver, pool and node never change, and devices have names, values and nodes that fit. Counters, policies of
// capacities and binding conditions are checked by their definition alone.
// NodeRestriction relies on a slice staying with its node.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import { addAll } from '../../../../kit/lists.ts';
import type { DeviceTaint } from '../../../kinds/resource/v1/device-taint.ts';
import type {
  Device,
  DeviceAttribute,
  ResourceSlice,
  ResourceSliceSpec,
} from '../../../kinds/resource/v1/resource-slice.ts';
import {
  checkItems,
  complaints,
  duplicate,
  type FieldError,
  immutable,
  invalid,
  notSupported,
  required,
  tooMany,
} from '../../field.ts';
import { isDNS1123Label, isDNS1123Subdomain, isLabelValue, isQualifiedName } from '../../names.ts';
import type { Rules } from '../../rules.ts';
import { semanticEqual } from '../../semantic.ts';
import { driverErrors, poolErrors } from './names.ts';

const MAX_DEVICES = 128;
/** With taints, counters or lists of values. */
const MAX_ADVANCED_DEVICES = 64;
const MAX_ATTRIBUTES = 32;
const MAX_TAINTS = 16;
const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];
const NODES = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';
const DEVICE_NODES =
  'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec';

export const resourceSliceRules: Rules<ResourceSlice> = {
  create: ({ spec }) => specErrors(spec, undefined),
  update: ({ spec }, old) => specErrors(spec, old.spec),
};

function specErrors(spec: ResourceSliceSpec, old: ResourceSliceSpec | undefined): FieldError[] {
  const { driver, pool, devices, sharedCounters } = spec;
  const errors = driverErrors('spec.driver', driver);
  addAll(errors, poolErrors('spec.pool.name', pool?.name ?? ''));
  const { resourceSliceCount = 0, generation = 0 } = pool ?? {};
  if (resourceSliceCount <= 0)
    errors.push(invalid('spec.pool.resourceSliceCount', resourceSliceCount, 'must be greater than zero'));
  if (generation < 0)
    errors.push(invalid('spec.pool.generation', generation, 'must be greater than or equal to zero'));
  if (old) addAll(errors, movedErrors(spec, old));
  addAll(errors, nodesErrors(spec));
  if (sharedCounters && devices)
    errors.push(invalid('spec', '', 'only one of `sharedCounters` or `devices` is allowed'));
  return [...errors, ...devicesErrors(spec, old)];
}

const movedErrors = (spec: ResourceSliceSpec, old: ResourceSliceSpec): FieldError[] => [
  ...(spec.pool?.name === old.pool?.name ? [] : [immutable('spec.pool.name', spec.pool?.name)]),
  ...(spec.driver === old.driver ? [] : [immutable('spec.driver', spec.driver)]),
  ...(spec.nodeName === old.nodeName ? [] : [immutable('spec.nodeName', spec.nodeName)]),
];

type Nodes = Pick<ResourceSliceSpec, 'nodeName' | 'nodeSelector' | 'allNodes' | 'perDeviceNodeSelection'>;

/** The fields that say which nodes have access. */
function nodeFields(path: string, nodes: Nodes, empty: string, errors: FieldError[]): string[] {
  const { nodeName, nodeSelector } = nodes;
  const set: string[] = [];
  if (nodeName === '') errors.push(invalid(`${path}.nodeName`, nodeName, empty));
  else if (nodeName !== undefined) {
    set.push('`nodeName`');
    addAll(errors, complaints(`${path}.nodeName`, nodeName, isDNS1123Subdomain(nodeName)));
  }
  if (nodeSelector) set.push('`nodeSelector`');
  for (const field of ['allNodes', 'perDeviceNodeSelection'] as const) {
    if (nodes[field]) set.push(`\`${field}\``);
    else if (nodes[field] === false)
      errors.push(invalid(`${path}.${field}`, false, 'must be either unset or set to true'));
  }
  return set;
}

function nodesErrors(spec: ResourceSliceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const set = nodeFields('spec', spec, 'must be either unset or set to a non-empty string', errors);
  const terms = spec.nodeSelector?.nodeSelectorTerms;
  if (spec.nodeSelector && terms?.length !== 1)
    errors.push(
      invalid('spec.nodeSelector.nodeSelectorTerms', terms, 'must have exactly one node selector term'),
    );
  if (set.length === 0) errors.push(required('spec', NODES));
  if (set.length > 1)
    errors.push(invalid('spec', `{${set.join(', ')}}`, `${NODES}, but multiple fields are set`));
  return errors;
}

const isAdvanced = ({ taints, consumesCounters, attributes }: Device): boolean =>
  Boolean(taints?.length || consumesCounters?.length) ||
  Object.values(attributes ?? {}).some((one) => one?.bools ?? one?.ints ?? one?.strings ?? one?.versions);

function devicesErrors(spec: ResourceSliceSpec, old: ResourceSliceSpec | undefined): FieldError[] {
  const { devices = [] } = spec;
  const path = 'spec.devices';
  if (devices.length > MAX_DEVICES) return [tooMany(path, devices.length, MAX_DEVICES)];
  if (devices.length > MAX_ADVANCED_DEVICES && devices.some(isAdvanced))
    return [tooMany(path, devices.length, MAX_ADVANCED_DEVICES)];
  const before = new Map(old?.devices?.map((device) => [device.name, device]));
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  checkItems(errors, devices, (device, i) => {
    const at = `${path}[${i}]`;
    addAll(errors, deviceErrors(at, device, before.get(device.name), spec.perDeviceNodeSelection === true));
    if (seen.has(device.name)) errors.push(duplicate(at, device.name));
    seen.add(device.name);
  });
  return errors;
}

function deviceErrors(
  path: string,
  device: Device,
  old: Device | undefined,
  choosesNodes: boolean,
): FieldError[] {
  const { name = '', attributes = {}, capacity = {}, taints = [] } = device;
  const errors = complaints(`${path}.name`, name, isDNS1123Label(name));
  const count = Object.keys(attributes).length + Object.keys(capacity).length;
  if (count > MAX_ATTRIBUTES) {
    const why = `the total number of attributes and capacities must not exceed ${MAX_ATTRIBUTES}`;
    return [...errors, invalid(path, count, why)];
  }
  for (const key in attributes)
    addAll(errors, attributeErrors(`${path}.attributes[${key}]`, attributes[key]!));
  if (!old || !semanticEqual(old.taints, taints)) addAll(errors, taintsErrors(`${path}.taints`, taints));
  const { nodeName, nodeSelector, allNodes } = device;
  if (choosesNodes) {
    const set = nodeFields(path, device, 'must not be empty', errors);
    if (set.length === 0) errors.push(required(path, DEVICE_NODES));
    if (set.length > 1) errors.push(invalid(path, `{${set.join(', ')}}`, DEVICE_NODES));
  } else if (nodeName !== undefined || nodeSelector || allNodes !== undefined) {
    const why =
      '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
    errors.push(invalid(path, null, why));
  }
  return errors;
}

function attributeErrors(path: string, attribute: DeviceAttribute): FieldError[] {
  const values = Object.entries(attribute).filter(([, value]) => value !== undefined);
  const errors = values
    .filter(([, value]) => Array.isArray(value) && value.length === 0)
    .map(([field, value]) => invalid(`${path}.${field}`, value, 'must not be empty if specified'));
  const shown = values.length === 0 ? '' : attribute;
  if (values.length !== 1) errors.push(invalid(path, shown, 'exactly one value must be specified'));
  return errors;
}

function taintsErrors(path: string, taints: readonly DeviceTaint[]): FieldError[] {
  if (taints.length > MAX_TAINTS) return [tooMany(path, taints.length, MAX_TAINTS)];
  return taints.flatMap(({ key = '', value = '', effect }, i) => {
    const at = `${path}[${i}]`;
    const errors = complaints(`${at}.key`, key, isQualifiedName(key));
    addAll(errors, complaints(`${at}.value`, value, isLabelValue(value)));
    if (!effect) errors.push(required(`${at}.effect`));
    else if (!EFFECTS.includes(effect)) errors.push(notSupported(`${at}.effect`, effect, EFFECTS));
    return errors;
  });
}
