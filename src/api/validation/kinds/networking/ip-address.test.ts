import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IPAddress } from '../../../kinds/networking/v1/ip-address.ts';
import { validateCreate, validateUpdate } from '../../validate.ts';

const parentRef = { resource: 'services', namespace: 'default', name: 'web' };
const address = (name: string, parent: object | undefined = parentRef) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IPAddress',
  metadata: { name, resourceVersion: '1' },
  spec: { parentRef: parent },
});
const texts = (errors: { field: string; message: string }[]) => errors.map((e) => `${e.field}: ${e.message}`);
const create = (...args: Parameters<typeof address>) => texts(validateCreate(IPAddress, address(...args)));

test('the name of an IPAddress is the canonical form of an address', () => {
  for (const name of ['10.0.0.1', '2001:db8::1', 'fe80::', '::', '1:0:0:2::3', '::ffff:0:1:2'])
    assert.deepEqual(create(name), [], name);
  const wrong = (name: string, why: string) =>
    assert.deepEqual(create(name), [`metadata.name: Invalid value: "${name}": ${why}`]);
  wrong('web', 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)');
  wrong('10.0.0', 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)');
  wrong('10.0.0.01', 'must not have leading 0s');
  wrong('::ffff:10.0.0.1', 'must not be an IPv4-mapped IPv6 address');
  wrong('2001:DB8::1', 'must be in canonical form ("2001:db8::1")');
  wrong('2001:db8:0::1', 'must be in canonical form ("2001:db8::1")');
});

test('the parent of an IPAddress is required, is a path segment, and never changes', () => {
  assert.deepEqual(create('10.0.0.1', { resource: 'a/b', name: '' }), [
    `spec.parentRef.resource: Invalid value: "a/b": may not contain '/'`,
    'spec.parentRef.name: Required value',
  ]);
  const moved = address('10.0.0.1', { ...parentRef, name: 'other' });
  const [error] = texts(validateUpdate(IPAddress, moved, address('10.0.0.1')));
  assert.match(error!, /^spec\.parentRef: Invalid value: .*: field is immutable$/);
});
