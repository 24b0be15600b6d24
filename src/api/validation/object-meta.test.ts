import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lease } from '../kinds/coordination/v1/lease.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import type { ObjectMeta } from '../meta/v1/object-meta.ts';
import type { AnyResource, KubeObject } from '../meta/v1/resource.ts';
import { validateCreate, validateUpdate } from './validate.ts';

const object = (metadata: ObjectMeta, rest = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'X',
  metadata: { name: 'x', namespace: 'd', ...metadata },
  ...rest,
});
const texts = (kind: AnyResource, o: KubeObject, old?: KubeObject) =>
  (old ? validateUpdate(kind, o, old) : validateCreate(kind, o)).map((e) => `${e.field}: ${e.message}`);

test('valid metadata has no errors', () => {
  assert.deepEqual(texts(ConfigMap, object({ labels: { a: 'b', 'example.com/x': '' } })), []);
});

test('invalid names are refused with upstream’s messages', () => {
  assert.deepEqual(texts(ConfigMap, object({ name: 'A_b' })), [
    "metadata.name: Invalid value: \"A_b\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
  ]);
  assert.deepEqual(texts(ConfigMap, object({ name: '' })), [
    'metadata.name: Required value: name or generateName is required',
  ]);
  assert.deepEqual(texts(ConfigMap, object({ name: 'a'.repeat(254) })), [
    `metadata.name: Invalid value: "${'a'.repeat(254)}": must be no more than 253 bytes`,
  ]);
});

test('a generateName may end with a dash', () => {
  assert.deepEqual(texts(ConfigMap, object({ name: 'x-abc', generateName: 'x-' })), []);
});

test('a namespace is required or forbidden according to the scope', () => {
  assert.deepEqual(texts(ConfigMap, object({ namespace: '' })), ['metadata.namespace: Required value']);
  assert.deepEqual(texts(Namespace, object({}, { spec: {} })), [
    'metadata.namespace: Forbidden: not allowed on this type',
  ]);
});

test('labels, annotations, owners and finalizers are checked', () => {
  const meta: ObjectMeta = {
    labels: { 'a b': 'c' },
    annotations: { big: 'x'.repeat(256 * 1024) },
    finalizers: ['x y'],
    ownerReferences: [
      { apiVersion: 'v1', kind: 'Pod', name: 'a', uid: '1', controller: true },
      { apiVersion: 'v1', kind: 'Pod', name: 'b', uid: '', controller: true },
    ],
  };
  const found = texts(ConfigMap, object(meta));
  assert.match(found[0]!, /^metadata.labels: Invalid value: "a b": name part must consist of/);
  assert.equal(found[1], 'metadata.annotations: Too long: may not be more than 262144 bytes');
  assert.equal(found[2], 'metadata.ownerReferences.uid: Invalid value: "": must not be empty');
  assert.match(
    found[3]!,
    /Only one reference can have Controller set to true. Found "true" in references for Pod\/a and Pod\/b$/,
  );
  assert.match(found[4]!, /^metadata.finalizers: Invalid value: "x y": name part/);
});

test('an update cannot change the identity of the object', () => {
  const old = object({ uid: '1', resourceVersion: '5', creationTimestamp: '2026-01-01T00:00:00Z' });
  const changed = object({ uid: '2', creationTimestamp: '2026-01-01T00:00:00Z' });
  assert.deepEqual(texts(ConfigMap, changed, old), [
    'metadata.resourceVersion: Invalid value: "": must be specified for an update',
    'metadata.uid: Invalid value: "2": field is immutable',
  ]);
});

test('finalizers cannot be added to an object that is being deleted', () => {
  const old = object({ resourceVersion: '1', deletionTimestamp: 't', finalizers: ['a/b'] });
  const changed = object({ resourceVersion: '1', deletionTimestamp: 't', finalizers: ['a/b', 'c/d'] });
  assert.deepEqual(texts(ConfigMap, changed, old), [
    'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"c/d"}',
  ]);
});

test('kinds without rules are checked by their definition', () => {
  assert.deepEqual(texts(Lease, object({}, { spec: {} })), []);
});
