import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResourcePoolStatusRequest } from '../../../kinds/resource/v1alpha3/resource-pool-status-request.ts';
import '../../../scheme/other-kinds.ts';
import { validateCreate, validateStatusUpdate, validateUpdate } from '../../validate.ts';

const texts = (errors: readonly { field: string; message: string }[]) =>
  errors.map(({ field, message }) => `${field}: ${message}`);
const made = (spec: object, status?: object) => ({
  apiVersion: 'resource.k8s.io/v1alpha3',
  kind: 'ResourcePoolStatusRequest',
  metadata: { name: 'a', resourceVersion: '1' },
  spec: { driver: 'D.example.com', limit: 100, ...spec },
  ...(status && { status }),
});

test('a ResourcePoolStatusRequest names a driver, and perhaps a pool, once', () => {
  const create = (spec: object) => texts(validateCreate(ResourcePoolStatusRequest, made(spec)));
  assert.deepEqual(create({ poolName: 'a/b' }), []);
  assert.deepEqual(create({ driver: '' }), ['spec.driver: Required value']);
  assert.deepEqual(create({ poolName: 'a//b' }), [
    'spec.poolName: Invalid value: "a//b": segment 1: must not be empty',
  ]);
  assert.match(create({ poolName: 'a/_' })[0]!, /^spec.poolName: Invalid value: "_": segment 1: a lowercase/);
  assert.deepEqual(create({ limit: 0 }), [
    'spec.limit: Invalid value: 0: must be greater than or equal to 1',
  ]);
  assert.deepEqual(create({ limit: 1001 }), [
    'spec.limit: Invalid value: 1001: must be less than or equal to 1000',
  ]);
  assert.deepEqual(texts(validateUpdate(ResourcePoolStatusRequest, made({ limit: 5 }), made({}))), [
    'spec: Invalid value: null: field is immutable',
  ]);
});

test('the answer of a ResourcePoolStatusRequest has counts that can be, and stays', () => {
  const write = (status: object, old?: object) =>
    texts(validateStatusUpdate(ResourcePoolStatusRequest, made({}, status), made({}, old)));
  const pool = { driver: 'd', poolName: 'p', generation: 1 };
  assert.deepEqual(write({ poolCount: 1, pools: [pool] }), []);
  assert.deepEqual(write({}), ['status.poolCount: Required value']);
  assert.deepEqual(write({ poolCount: -1 }), [
    'status.poolCount: Invalid value: -1: must be greater than or equal to 0',
  ]);
  const wrong = { ...pool, poolName: '', resourceSliceCount: 0, validationError: 'x'.repeat(257) };
  assert.deepEqual(write({ poolCount: 1, pools: [wrong] }), [
    'status.pools[0].poolName: Required value',
    'status.pools[0].resourceSliceCount: Invalid value: 0: must be greater than or equal to 1',
    'status.pools[0].validationError: Too long: may not be more than 256 bytes',
  ]);
  assert.deepEqual(write({ poolCount: 1 }, { poolCount: 1 }), []);
  assert.match(
    write({ poolCount: 2 }, { poolCount: 1 })[0]!,
    /^status: Invalid value: .*: field is immutable$/,
  );
});
