import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { atOnce } from '../../../../kit/clock.ts';
import { FeatureGates } from '../../../features/feature-gates.ts';
import { DeviceClass } from '../../../kinds/resource/v1/device-class.ts';
import { updateErrors, validateCreate } from '../../validate.ts';
import { deviceClassRules } from './device-class.ts';
import { loadSelectors } from './selectors.ts';

before(() => loadSelectors());

const texts = (errors: readonly { field: string; message: string }[]) =>
  errors.map(({ field, message }) => `${field}: ${message}`);
const made = (spec: object) => ({
  apiVersion: 'resource.k8s.io/v1',
  kind: 'DeviceClass',
  metadata: { name: 'c', resourceVersion: '1' },
  spec,
});
const create = (spec: object) => texts(validateCreate(DeviceClass, made(spec)));
const selecting = (...expressions: string[]) => ({
  selectors: expressions.map((expression) => ({ cel: { expression } })),
});

test('a class selects devices with expressions that compile', () => {
  assert.deepEqual(create(selecting('device.driver == "x.example"')), []);
  assert.deepEqual(create(selecting('device.noSuchField')), [
    'spec.selectors[0].cel.expression: Invalid value: "device.noSuchField": compilation failed: ERROR: <input>:1:7: undefined field \'noSuchField\'\n | device.noSuchField\n | ......^',
  ]);
  assert.deepEqual(create({ selectors: [{}] }), ['spec.selectors[0].cel: Required value']);
  assert.deepEqual(create(selecting(...Array.from({ length: 33 }, () => 'wrong'))), [
    'spec.selectors: Too many: 33: must have at most 32 items',
  ]);
});

test('expressions that stay as they are may use features that are off', () => {
  const rules = deviceClassRules(new FeatureGates('DRAConsumableCapacity=false'));
  const update = (spec: object, old: object) =>
    texts(atOnce(updateErrors(DeviceClass, made(spec), made(old), rules as never)));
  const multiple = 'device.allowMultipleAllocations';
  const includes = 'device.attributes["x.example"].a.includes(1)';
  const stored = selecting(multiple, includes);
  assert.deepEqual(update(stored, stored), []);
  const [first, second] = update(selecting(includes, multiple), stored);
  assert.match(first!, /selectors\[0\].*undeclared reference to 'includes'/s);
  assert.match(second!, /selectors\[1\].*undefined field 'allowMultipleAllocations'/s);
});

test('a class has at most 32 configurations, and names an extended resource', () => {
  const config = Array.from({ length: 33 }, () => ({}));
  assert.deepEqual(create({ config }), ['spec.config: Too many: 33: must have at most 32 items']);
  assert.deepEqual(create({ extendedResourceName: 'x.example/gpu' }), []);
  for (const extendedResourceName of ['', 'cpu', 'kubernetes.io/gpu', 'requests.x/gpu', 'x.example/-'])
    assert.deepEqual(create({ extendedResourceName }), [
      `spec.extendedResourceName: Invalid value: "${extendedResourceName}": must be a valid extended resource name`,
    ]);
});
