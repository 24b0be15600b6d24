import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APIService, type APIServiceSpec } from '../../../kinds/apiregistration/v1/api-service.ts';
import { validateCreate, validateStatusUpdate } from '../../validate.ts';

const spec = { group: 'g.io', version: 'v1', groupPriorityMinimum: 1000, versionPriority: 15 };
const service = { namespace: 'x', name: 's', port: 443 };
const caBundle = Buffer.from('CA').toString('base64');

const registered = (name: string, changes: Partial<APIServiceSpec> = {}): APIService => ({
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: { name, resourceVersion: '1' },
  spec: { ...spec, ...changes },
});
const texts = (errors: { field: string; message: string }[]) => errors.map((e) => `${e.field}: ${e.message}`);
const errorsOf = (changes: Partial<APIServiceSpec>, name?: string) => {
  const { group, version } = { ...spec, ...changes };
  return texts(validateCreate(APIService, registered(name ?? `${version}.${group}`, changes)));
};

test('an APIService is named by its version and group', () => {
  assert.deepEqual(errorsOf({}), []);
  assert.deepEqual(errorsOf({}, 'v2.g.io'), [
    'metadata.name: Invalid value: "v2.g.io": must be `spec.version+"."+spec.group`: "v1.g.io"',
  ]);
  assert.deepEqual(errorsOf({ group: '' }), []);
  assert.deepEqual(errorsOf({ group: '', version: 'v2' }), [
    'spec.group: Required value: only v1 may have an empty group and it better be legacy kube',
  ]);
});

test('group and version of an APIService have the form of DNS names', () => {
  assert.match(errorsOf({ group: 'G_' }).join(), /^spec\.group: Invalid value: "G_": a lowercase RFC 1123/);
  assert.match(errorsOf({ version: '1' }).join(), /^spec\.version: Invalid value: "1": a DNS-1035 label/);
});

test('the priorities of an APIService have bounds', () => {
  assert.deepEqual(errorsOf({ groupPriorityMinimum: 20_000, versionPriority: 1000 }), []);
  assert.deepEqual(errorsOf({ groupPriorityMinimum: 20_001, versionPriority: 0 }), [
    'spec.groupPriorityMinimum: Invalid value: 20001: must be positive and less than 20000',
    'spec.versionPriority: Invalid value: 0: must be positive and less than 1000',
  ]);
});

test('only an APIService with a service has a CA, or none on purpose', () => {
  assert.deepEqual(errorsOf({ caBundle, insecureSkipTLSVerify: true }), [
    'spec.caBundle: Invalid value: "2 bytes": local APIServices may not have a caBundle',
    'spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify',
  ]);
  assert.deepEqual(errorsOf({ service, caBundle }), []);
  assert.deepEqual(errorsOf({ service, caBundle, insecureSkipTLSVerify: true }), [
    'spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present',
  ]);
});

test('the service of an APIService is complete', () => {
  assert.deepEqual(errorsOf({ service: { port: 70_000 } }), [
    'spec.service.namespace: Required value',
    'spec.service.name: Required value',
    'spec.service.port: Invalid value: 70000: port is not valid: must be between 1 and 65535, inclusive',
  ]);
});

test('the status of a condition is True, False or Unknown', () => {
  const old = registered('v1.g.io');
  const condition = { type: 'Available', status: 'Perhaps', lastTransitionTime: '2026-01-01T00:00:00Z' };
  const changed = { ...old, status: { conditions: [condition] } };
  assert.deepEqual(texts(validateStatusUpdate(APIService, changed, old)), [
    'status.conditions[0].status: Unsupported value: "Perhaps": supported values: "True", "False", "Unknown"',
  ]);
});
