import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExactJson } from '../../../../../kit/exact-json.ts';
import {
  editable,
  fromYaml,
  HIDDEN,
  identityOf,
  type Json,
  shown,
  toYaml,
  withoutValues,
} from './document.ts';

const deployment = {
  status: { replicas: 1 },
  spec: {
    replicas: 1,
    template: { spec: { containers: [{ name: 'app', args: ['a: b', 'yes', '0x10', 'l1\nl2\n'] }] } },
  },
  metadata: {
    managedFields: [{ manager: 'kubectl' }],
    uid: 'u',
    resourceVersion: '7',
    labels: { on: 'off' },
    name: 'web',
  },
  kind: 'Deployment',
  apiVersion: 'apps/v1',
};

test('an object is shown as people write it, without managed fields', () => {
  const text = toYaml(shown(deployment));
  assert.match(text, /^apiVersion: apps\/v1\nkind: Deployment\nmetadata:\n {2}name: web\n {2}labels:/);
  assert.match(text, /\nstatus:\n {2}replicas: 1\n$/);
  assert.doesNotMatch(text, /managedFields/);
});

test('what is shown is read as the same object, whatever its texts look like', () => {
  const { documents } = fromYaml(toYaml(deployment));
  assert.deepEqual(documents, [deployment]);
});

test('integers of 64 bits keep their digits', () => {
  const object = parseExactJson('{"a":9223372036854775807,"b":1.5,"c":7}');
  const text = toYaml(object);
  assert.equal(text, 'a: 9223372036854775807\nb: 1.5\nc: 7\n');
  assert.deepEqual(fromYaml(text).documents, [object]);
});

test('what the server alone writes makes no difference to who edits', () => {
  const later = {
    ...deployment,
    status: {},
    metadata: { ...deployment.metadata, resourceVersion: '9', generation: 3 },
  };
  assert.deepEqual(editable(later), editable(deployment));
});

test('a broken document is a problem with its line', () => {
  assert.deepEqual(fromYaml('a: 1\n b: 2\n').problem?.line, 1);
  assert.equal(fromYaml('').documents?.length, 0);
  assert.equal(fromYaml('a: 1\n---\n---\nb: 2\n').documents?.length, 2);
});

test('the values of a Secret are hidden, also in what kubectl apply remembers of it', () => {
  const secret: Json = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 's',
      annotations: {
        other: 'kept',
        'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"a":"aGk="}}',
      },
    },
    data: { a: 'aGk=' },
  };
  const text = toYaml(withoutValues(secret));
  assert.doesNotMatch(text, /aGk=/);
  assert.match(text, new RegExp(`a: ${HIDDEN}`));
  assert.match(text, /other: kept/);
});

test('a document says which object it is, or what it lacks', () => {
  assert.deepEqual(identityOf(deployment), {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    name: 'web',
    namespace: undefined,
  });
  assert.equal(identityOf({ apiVersion: 'v1', metadata: { name: 'x' } }), 'kind not set');
  assert.equal(identityOf({ apiVersion: 'v1', kind: 'Pod' }), 'resource name may not be empty');
  assert.equal(identityOf(['x']), 'the document is not an object');
});
