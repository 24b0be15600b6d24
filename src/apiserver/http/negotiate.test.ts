import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accepted, type Offered, prefersProtobuf } from './negotiate.ts';

const BUILT_IN: Offered = { protobuf: true, forms: 'meta.k8s.io', yaml: true };
const CUSTOM: Offered = { ...BUILT_IN, protobuf: false };
const REVIEWS: Offered = { ...BUILT_IN, forms: 'none' };

const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const form = (kind: string, type = 'application/json') => `${type};as=${kind};g=meta.k8s.io;v=v1`;
const chosen = (header: string, offered: Offered) => {
  const { as, protobuf } = accepted(header, offered);
  return `${as}${protobuf ? ' in protobuf' : ''}`;
};

test('the first fifty offers of an Accept header are read', () => {
  assert.equal(
    accepted(`${'text/html,'.repeat(49)}application/yaml`, BUILT_IN).contentType,
    'application/yaml',
  );
  assert.throws(() => accepted(`${'text/html,'.repeat(1_000)}application/yaml`, BUILT_IN), { code: 406 });
});

test('protobuf is chosen where it is preferred and there is such a message', () => {
  assert.equal(chosen(`${PROTOBUF},application/json`, BUILT_IN), 'object in protobuf');
  assert.equal(chosen(`application/json,${PROTOBUF}`, BUILT_IN), 'object');
  assert.equal(chosen(`application/json;q=0.5,${PROTOBUF}`, BUILT_IN), 'object in protobuf');
  assert.equal(chosen(`*/*,${PROTOBUF}`, BUILT_IN), 'object in protobuf');
  assert.equal(chosen(`${PROTOBUF},application/json`, CUSTOM), 'object');
  assert.throws(() => accepted(PROTOBUF, CUSTOM), {
    code: 406,
    message: 'only the following media types are accepted: application/json, application/yaml',
  });
});

test('partial metadata is a message, also of custom objects; a Table is not', () => {
  const partial = form('PartialObjectMetadata', PROTOBUF);
  assert.equal(chosen(`${partial},application/json`, CUSTOM), 'PartialObjectMetadata in protobuf');
  assert.equal(chosen(`${form('Table', PROTOBUF)},${form('Table')},application/json`, BUILT_IN), 'Table');
  assert.throws(() => accepted(form('Table', PROTOBUF), BUILT_IN), { code: 406 });
});

test('where there are no Tables, a client that takes nothing else gets a 406', () => {
  assert.throws(() => accepted(form('Table'), REVIEWS), { code: 406 });
  assert.equal(chosen(`${form('Table')},application/json`, REVIEWS), 'object');
  assert.throws(
    () => accepted('application/json;as=APIGroupDiscoveryList;g=apidiscovery.k8s.io;v=v2', BUILT_IN),
    {
      code: 406,
    },
  );
});

test('a stream is not YAML, and CBOR is not offered', () => {
  assert.throws(() => accepted('application/yaml', { ...BUILT_IN, yaml: false }), { code: 406 });
  assert.throws(() => accepted('application/cbor', BUILT_IN), {
    code: 406,
    message:
      'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  });
  assert.throws(() => accepted('application/cbor-seq', { ...CUSTOM, yaml: false }), {
    code: 406,
    message: 'only the following media types are accepted: application/json;stream=watch',
  });
});

test('a Status is sent as protobuf to a client that prefers it, whatever the form of the object', () => {
  assert.equal(prefersProtobuf(`${PROTOBUF},application/json`), true);
  assert.equal(prefersProtobuf(`application/json,${PROTOBUF}`), false);
  assert.equal(prefersProtobuf(form('PartialObjectMetadata', PROTOBUF)), false);
  assert.equal(prefersProtobuf(undefined), false);
});
