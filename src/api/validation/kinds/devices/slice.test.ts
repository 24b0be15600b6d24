import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResourceSlice } from '../../../kinds/resource/v1/resource-slice.ts';
import { validateCreate, validateUpdate } from '../../validate.ts';

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
  const devices = Array.from({ length: 65 }, (_, i) => ({ name: `d${i}` }));
  assert.deepEqual(create({ devices }), []);
  assert.deepEqual(create({ devices: [{ name: 'x', taints: [{ key: 'k', effect: 'None' }] }, ...devices] }), [
    'spec.devices: Too many: 66: must have at most 64 items',
  ]);
});

test('devices choose their nodes only where the slice says so', () => {
  const chooses = { nodeName: undefined, perDeviceNodeSelection: true };
  assert.deepEqual(device({ nodeName: 'n2' }, chooses), []);
  assert.match(device({}, chooses)[0]!, /^spec.devices\[0\]: Required value: exactly one of `nodeName`/);
  assert.match(device({ nodeName: 'n2' })[0]!, /can only be set if `perDeviceNodeSelection` is set to true/);
});
