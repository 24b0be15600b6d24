import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResourceSlice } from '../../../../kinds/resource/v1/resource-slice.ts';
import { validateCreate, validateUpdate } from '../../../validate.ts';

const texts = (errors: readonly { field: string; message: string }[]) =>
  errors.map(({ field, message }) => `${field}: ${message}`);
const slice = (spec: object) => ({
  apiVersion: 'resource.k8s.io/v1',
  kind: 'ResourceSlice',
  metadata: { name: 's', resourceVersion: '1' },
  spec: {
    driver: 'x.example',
    nodeName: 'n1',
    pool: { name: 'p', generation: 0, resourceSliceCount: 1 },
    devices: [{ name: 'd' }],
    ...spec,
  },
});
const create = (spec: object) => texts(validateCreate(ResourceSlice, slice(spec)));
const device = (more: object, spec: object = {}) => create({ ...spec, devices: [{ name: 'd', ...more }] });

test('a slice has a driver, a pool, and nodes that have access in one way', () => {
  assert.deepEqual(create({}), []);
  assert.deepEqual(create({ driver: '', pool: { name: 'p', generation: -1, resourceSliceCount: 0 } }), [
    'spec.driver: Required value',
    'spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero',
    'spec.pool.generation: Invalid value: -1: must be greater than or equal to zero',
  ]);
  const one = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';
  assert.deepEqual(create({ nodeName: undefined }), [`spec: Required value: ${one}`]);
  assert.deepEqual(create({ allNodes: true }), [
    `spec: Invalid value: "{\`nodeName\`, \`allNodes\`}": ${one}, but multiple fields are set`,
  ]);
  assert.deepEqual(create({ allNodes: false }), [
    'spec.allNodes: Invalid value: false: must be either unset or set to true',
  ]);
  assert.deepEqual(create({ sharedCounters: [] }), [
    'spec: Invalid value: "": only one of `sharedCounters` or `devices` is allowed',
  ]);
});

test('a slice stays with its driver, pool and node', () => {
  const update = (spec: object) => texts(validateUpdate(ResourceSlice, slice(spec), slice({})));
  assert.deepEqual(update({ devices: [] }), []);
  const pool = { name: 'q', generation: 1, resourceSliceCount: 1 };
  assert.deepEqual(update({ nodeName: 'n2', driver: 'y.example', pool }), [
    'spec.pool.name: Invalid value: "q": field is immutable',
    'spec.driver: Invalid value: "y.example": field is immutable',
    'spec.nodeName: Invalid value: "n2": field is immutable',
  ]);
});

test('devices have different names, values of one type, and known effects of taints', () => {
  assert.deepEqual(create({ devices: [{ name: 'd' }, { name: 'd' }] }), [
    'spec.devices[1]: Duplicate value: "d"',
  ]);
  assert.match(
    create({ devices: [{ name: 'D' }] })[0]!,
    /^spec.devices\[0\].name: Invalid value: "D": a lower/,
  );
  const at = 'spec.devices[0]';
  assert.deepEqual(device({ attributes: { a: { int: 1 }, b: { bool: true, int: 0 }, c: {} } }), [
    `${at}.attributes[b]: Invalid value: {"bool":true,"int":0}: exactly one value must be specified`,
    `${at}.attributes[c]: Invalid value: "": exactly one value must be specified`,
  ]);
  assert.deepEqual(device({ taints: [{ key: 'k', effect: 'x' }] }), [
    `${at}.taints[0].effect: Unsupported value: "x": supported values: "NoExecute", "NoSchedule", "None"`,
  ]);
  const many = Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`a${i}`, { int: i }]));
  assert.deepEqual(device({ attributes: many }), [
    `${at}: Invalid value: 33: the total number of attributes and capacities must not exceed 32`,
  ]);
  const named = (name: string) =>
    device({ attributes: { [name]: { int: 1 } }, capacity: { [name]: { value: '1' } } });
  assert.deepEqual(named('x.example/model'), []);
  assert.deepEqual(named('/'), [
    `${at}.attributes: Invalid value: "": the domain must not be empty`,
    `${at}.attributes: Invalid value: "": the name must not be empty`,
    `${at}.capacity: Invalid value: "": the domain must not be empty`,
    `${at}.capacity: Invalid value: "": the name must not be empty`,
  ]);
  const devices = Array.from({ length: 65 }, (_, i) => ({ name: `d${i}` }));
  assert.deepEqual(create({ devices }), []);
  assert.deepEqual(create({ devices: [{ name: 'x', taints: [{ key: 'k', effect: 'None' }] }, ...devices] }), [
    'spec.devices: Too many: 66: must have at most 64 items',
  ]);
});

test('values of attributes are short, and versions are those of semver.org', () => {
  const at = 'spec.devices[0]';
  const long = 'x'.repeat(65);
  assert.deepEqual(device({ attributes: { a: { strings: ['x', long] }, b: { version: '1.2' } } }), [
    `${at}.attributes[a].strings[1]: Too long: may not be more than 64 bytes`,
    `${at}.attributes[b].version: Invalid value: "1.2": must be a string compatible with semver.org spec 2.0.0`,
  ]);
  assert.deepEqual(device({ attributes: { a: { string: long }, b: { versions: ['1.2.3', 'v1.2.3'] } } }), [
    `${at}.attributes[a].string: Too long: may not be more than 64 bytes`,
    `${at}.attributes[b].versions[1]: Invalid value: "v1.2.3": must be a string compatible with semver.org spec 2.0.0`,
  ]);
  const ints = Array.from({ length: 48 }, (_, i) => i);
  assert.deepEqual(device({ attributes: { a: { ints } } }), []);
  assert.deepEqual(device({ attributes: { a: { ints }, b: { bool: true } } }), [
    `${at}: Invalid value: 49: the total number of attribute values must not exceed 48`,
  ]);
  const key = `${'d'.repeat(100)}/x`;
  const [error] = device({ attributes: { [key]: {} } }).slice(-1);
  assert.equal(
    error,
    `${at}.attributes[${'d'.repeat(47)}...${'d'.repeat(44)}/x]: Invalid value: "": exactly one value must be specified`,
  );
});

test('a device counts against resources of its node in whole or by a capacity', () => {
  const mapped = (nodeAllocatableResourceMappings: object) =>
    device({ capacity: { size: { value: '1Gi' } }, nodeAllocatableResourceMappings });
  const at = 'spec.devices[0].nodeAllocatableResourceMappings';
  assert.deepEqual(mapped({ memory: { capacityKey: 'size', allocationMultiplier: '1' } }), []);
  assert.deepEqual(mapped({ 'x.example/gpu': {} }), [
    `${at}[x.example/gpu]: Invalid value: "x.example/gpu": must be a node allocatable resource name`,
    `${at}[x.example/gpu]: Invalid value: "": at least one of allocationMultiplier or capacityKey must be set`,
  ]);
  assert.deepEqual(
    mapped({ cpu: { allocationMultiplier: '-1', capacityKey: '' }, memory: { capacityKey: 'x' } }),
    [
      `${at}[cpu].allocationMultiplier: Invalid value: "-1": must be positive`,
      `${at}[cpu].capacityKey: Invalid value: "": capacityKey must not be an empty string`,
      `${at}[memory].capacityKey: Not found: "x"`,
    ],
  );
});

test('counters, policies of capacities and binding conditions of a slice are checked', () => {
  const at = 'spec.devices[0]';
  const capacity = { size: { value: '1', requestPolicy: { default: '1', validValues: ['2'] } } };
  assert.deepEqual(device({ capacity, bindingConditions: ['a'], consumesCounters: [{ counterSet: 'c' }] }), [
    `${at}.capacity[size].requestPolicy: Forbidden: allowMultipleAllocations must be true`,
    `${at}.consumesCounters[0].counters: Required value`,
    `${at}.bindingFailureConditions: Invalid value: []: bindingFailureConditions are required to use bindingConditions`,
  ]);
  assert.deepEqual(device({ capacity, allowMultipleAllocations: true }), [
    `${at}.capacity[size].requestPolicy.validValues[0]: Invalid value: "2": option is larger than capacity value: 1`,
    `${at}.capacity[size].requestPolicy.validValues: Invalid value: "1": default value is not valid according to the requestPolicy`,
  ]);
  assert.deepEqual(create({ devices: undefined, sharedCounters: [{ name: 's' }] }), [
    'spec.sharedCounters[0].counters: Required value',
  ]);
});

test('selectors of nodes are checked, and that of a slice has one term', () => {
  const nodeSelector = { nodeSelectorTerms: [{ matchExpressions: [{ key: 'k', operator: 'x' }] }] };
  const expression = 'nodeSelector.nodeSelectorTerms[0].matchExpressions[0].operator';
  const wrong = 'Invalid value: "x": not a valid selector operator';
  assert.deepEqual(create({ nodeName: undefined, nodeSelector }), [`spec.${expression}: ${wrong}`]);
  assert.deepEqual(device({ nodeSelector }, { nodeName: undefined, perDeviceNodeSelection: true }), [
    `spec.devices[0].${expression}: ${wrong}`,
  ]);
  assert.deepEqual(create({ nodeName: undefined, nodeSelector: { nodeSelectorTerms: [{}, {}] } }), [
    'spec.nodeSelector.nodeSelectorTerms: Invalid value: [{},{}]: must have exactly one node selector term',
  ]);
});

test('devices choose their nodes only where the slice says so', () => {
  const chooses = { nodeName: undefined, perDeviceNodeSelection: true };
  assert.deepEqual(device({ nodeName: 'n2' }, chooses), []);
  assert.match(device({}, chooses)[0]!, /^spec.devices\[0\]: Required value: exactly one of `nodeName`/);
  assert.match(device({ nodeName: 'n2' })[0]!, /can only be set if `perDeviceNodeSelection` is set to true/);
});
