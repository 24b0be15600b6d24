import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StorageVersion } from '../../../kinds/apiserverinternal/v1alpha1/storage-version.ts';
import { LeaseCandidate } from '../../../kinds/coordination/v1beta1/lease-candidate.ts';
import { DeviceTaintRule } from '../../../kinds/resource/v1alpha3/device-taint-rule.ts';
import { StorageVersionMigration } from '../../../kinds/storagemigration/v1beta1/storage-version-migration.ts';
import type { AnyResource, KubeObject } from '../../../meta/v1/resource.ts';
import { apiVersionOf } from '../../../meta/v1/resource.ts';
import '../../../scheme/other-kinds.ts';
import { validateCreate, validateStatusUpdate, validateUpdate } from '../../validate.ts';

const texts = (errors: readonly { field: string; message: string }[]) =>
  errors.map(({ field, message }) => `${field}: ${message}`);

const made = (kind: AnyResource, content: object, name = 'a'): KubeObject => ({
  apiVersion: apiVersionOf(kind.resource),
  kind: kind.resource.kind,
  metadata: { name, resourceVersion: '1', ...(kind.resource.namespaced && { namespace: 'n' }) },
  ...content,
});

const rulesOf = (kind: AnyResource, name = 'a') => ({
  create: (content: object) => texts(validateCreate(kind, made(kind, content, name))),
  update: (content: object, old: object) =>
    texts(validateUpdate(kind, made(kind, content, name), made(kind, old, name))),
  status: (status: object, old: object = {}) =>
    texts(validateStatusUpdate(kind, made(kind, { status }, name), made(kind, { status: old }, name))),
});

const condition = (type: string, status = 'True', more: object = {}) => ({
  ...{ type, status, reason: 'R', message: 'm', lastTransitionTime: '2026-01-01T00:00:00Z' },
  ...more,
});

test('a StorageVersionMigration names a resource, which never changes', () => {
  const { create, update } = rulesOf(StorageVersionMigration);
  const of = (resource: string, group = '') => ({ spec: { resource: { group, resource } } });
  assert.deepEqual(create(of('secrets')), []);
  assert.deepEqual(create(of('deployments', 'apps')), []);
  assert.deepEqual(create(of('')), [
    'spec.resource.resource: Required value: resource is required to be set',
  ]);
  assert.match(create(of('No'))[0]!, /^spec.resource.resource: Invalid value: "No": a DNS-1035 label must/);
  assert.match(create(of('a', 'B'))[0]!, /^spec.resource.group: Invalid value: "B": a lowercase RFC 1123/);
  assert.deepEqual(update(of('a'), of('a')), []);
  assert.deepEqual(update(of('a'), of('b')), [
    'spec: Invalid value: {"resource":{"group":"","resource":"a"}}: field is immutable',
  ]);
});

test('a StorageVersionMigration ends once, and keeps its resource version', () => {
  const { status } = rulesOf(StorageVersionMigration);
  const succeeded = { conditions: [condition('Succeeded')] };
  const failed = { conditions: [condition('Failed')] };
  const why = (errors: string[]) => errors.map((text) => text.slice(text.lastIndexOf(': ') + 2));
  assert.deepEqual(status({ resourceVersion: '12' }), []);
  for (const wrong of ['0', '01', '-1', 'x'])
    assert.deepEqual(status({ resourceVersion: wrong }), [
      `status.resourceVersion: Invalid value: "${wrong}": resource version is not well formed: ${wrong}`,
    ]);
  assert.deepEqual(status({ resourceVersion: '2' }, { resourceVersion: '1' }), [
    'status.resourceVersion: Invalid value: "2": field is immutable',
  ]);
  assert.deepEqual(status(succeeded, succeeded), []);
  assert.deepEqual(why(status({ conditions: [condition('Succeeded'), condition('Failed')] })), [
    'Both success and failed conditions cannot be true at the same time',
  ]);
  assert.deepEqual(why(status({}, succeeded)), ['Success condition cannot be set to false once it is true']);
  assert.deepEqual(why(status({}, failed)), ['Failed condition cannot be set to false once it is true']);
});

test('conditions have a type, a status, a time and a reason', () => {
  const { status } = rulesOf(StorageVersionMigration);
  const one = (more: object) => status({ conditions: [condition('A', 'True', more)] });
  const at = 'status.conditions[0]';
  assert.deepEqual(one({ status: 'x' }), [
    `${at}.status: Unsupported value: "x": supported values: "False", "True", "Unknown"`,
  ]);
  assert.deepEqual(one({ observedGeneration: -1 }), [
    `${at}.observedGeneration: Invalid value: -1: must be greater than or equal to zero`,
  ]);
  assert.deepEqual(one({ lastTransitionTime: null }), [`${at}.lastTransitionTime: Required value`]);
  assert.deepEqual(one({ reason: '' }), [`${at}.reason: Required value`]);
  assert.match(one({ reason: '-' })[0]!, /reason: Invalid value: "-": a condition reason must start with/);
  assert.deepEqual(one({ reason: 'a'.repeat(1025) }), [
    `${at}.reason: Too long: may not be more than 1024 bytes`,
  ]);
  assert.deepEqual(one({ message: 'a'.repeat(32769) }), [
    `${at}.message: Too long: may not be more than 32768 bytes`,
  ]);
  assert.match(one({ type: '' })[0]!, /^status.conditions\[0\].type: Invalid value: "": name part must be/);
  assert.deepEqual(status({ conditions: [condition('A'), condition('A')] }), [
    'status.conditions[1].type: Duplicate value: "A"',
  ]);
});

test('a StorageVersion is named by group and resource', () => {
  assert.deepEqual(rulesOf(StorageVersion, 'apps.deployments').create({}), []);
  assert.deepEqual(rulesOf(StorageVersion, 'x').create({}), [
    'metadata.name: Invalid value: "x": name must be in the form of <group>.<resource>',
  ]);
  assert.match(rulesOf(StorageVersion, 'A.b').create({})[0]!, /the group segment a lowercase RFC 1123/);
  assert.match(rulesOf(StorageVersion, 'a.B').create({})[0]!, /the resource segment a DNS-1035 label/);
});

test('a StorageVersion reports what its servers have in common', () => {
  const { status } = rulesOf(StorageVersion, 'apps.deployments');
  const server = (apiServerID: string, encodingVersion: string, more: object = {}) => ({
    ...{ apiServerID, encodingVersion, decodableVersions: ['apps/v1', 'apps/v2'] },
    ...more,
  });
  const both = [server('a', 'apps/v1'), server('b', 'apps/v1')];
  const COMMON = 'status.commonEncodingVersion: Invalid value';
  assert.deepEqual(status({ storageVersions: both, commonEncodingVersion: 'apps/v1' }), []);
  assert.deepEqual(status({ storageVersions: both }), [
    `${COMMON}: null: the common encoding version is apps/v1`,
  ]);
  assert.deepEqual(status({ storageVersions: both, commonEncodingVersion: 'apps/v2' }), [
    `${COMMON}: "apps/v2": the actual common encoding version is apps/v1`,
  ]);
  const differ = [server('a', 'apps/v1'), server('b', 'apps/v2')];
  assert.deepEqual(status({ storageVersions: differ }), []);
  assert.match(
    status({ storageVersions: differ, commonEncodingVersion: 'x' })[0]!,
    /should be nil if servers/,
  );
  const alone = (more: object) =>
    status({ storageVersions: [server('a', 'apps/v1', more)], commonEncodingVersion: 'apps/v1' });
  const at = 'status.storageVersions[0]';
  assert.deepEqual(alone({ decodableVersions: ['apps/v2'] }), [
    `${at}.decodableVersions: Invalid value: ["apps/v2"]: decodableVersions must include encodingVersion apps/v1`,
  ]);
  assert.deepEqual(alone({ servedVersions: ['apps/v3'] }), [
    `${at}.servedVersions[0]: Invalid value: "apps/v3": individual served version : apps/v3 must be included in decodableVersions : [apps/v1 apps/v2]`,
  ]);
  assert.deepEqual(alone({ decodableVersions: ['apps/v1', '/'] }), [
    `${at}.decodableVersions[1]: Invalid value: "/": group part: must be non-empty,version part: must be non-empty`,
  ]);
  assert.match(alone({ decodableVersions: ['apps/v1', 'a/b/c'] })[0]!, /: an apiVersion is a DNS-1035 label/);
  assert.match(alone({ apiServerID: '_' })[0]!, /apiServerID: Invalid value: "_": a lowercase RFC 1123/);
  const twice = { storageVersions: [both[0], both[0]], commonEncodingVersion: 'apps/v1' };
  assert.deepEqual(status(twice), ['status.storageVersions[1].apiServerID: Duplicate value: "a"']);
});

test('conditions of a StorageVersion are unique and explained', () => {
  const { status } = rulesOf(StorageVersion, 'apps.deployments');
  assert.deepEqual(status({ conditions: [condition('A'), condition('A')] }), [
    'status[1].type: Invalid value: "A": the type of the condition is not unique, it also appears in conditions[0]',
  ]);
  assert.deepEqual(status({ conditions: [condition('A', 'True', { reason: '', message: '' })] }), [
    'status[0].reason: Required value',
    'status[0].message: Required value',
  ]);
});

test('a LeaseCandidate has a lease, versions and a strategy', () => {
  const { create, update } = rulesOf(LeaseCandidate);
  const of = (more: object = {}) => ({
    spec: {
      ...{ leaseName: 'l', binaryVersion: '1.2.0', emulationVersion: '1.1.0' },
      strategy: 'OldestEmulationVersion',
      ...more,
    },
  });
  const wrong = (more: object, ...why: string[]) => assert.deepEqual(create(of(more)), why);
  wrong({});
  wrong({ strategy: 'example.com/own', emulationVersion: '' });
  wrong({ leaseName: '' }, 'spec.leaseName: Required value');
  wrong({ binaryVersion: '' }, 'spec.binaryVersion: Required value');
  wrong({ strategy: '' }, 'spec.strategy: Required value');
  wrong(
    { strategy: 'x' },
    'spec.strategy.strategy: Unsupported value: "x": supported values: "OldestEmulationVersion"',
  );
  wrong(
    { emulationVersion: '' },
    "spec.emulationVersion: Required value: must be specified when `strategy` is 'OldestEmulationVersion'",
  );
  wrong(
    { binaryVersion: '1.0.9' },
    'spec.binaryVersion: Invalid value: "1.0.9": must be greater than or equal to `emulationVersion`',
  );
  wrong(
    { strategy: 'a.b/c', emulationVersion: 'v1' },
    'spec.emulationVersion: Invalid value: "v1": must be a valid semantic version',
  );
  wrong(
    { strategy: 'a.b/c', binaryVersion: '1.2', emulationVersion: '' },
    'spec.binaryVersion: Invalid value: "1.2": must be a valid semantic version',
  );
  assert.deepEqual(update(of(), of()), []);
  assert.deepEqual(update(of({ leaseName: 'm' }), of()), [
    'spec.leaseName: Invalid value: "m": field is immutable',
  ]);
});

test('a DeviceTaintRule has names that can be, and a taint', () => {
  const { create, update, status } = rulesOf(DeviceTaintRule);
  const of = (deviceSelector: object, taint: object = {}) => ({
    spec: { deviceSelector, taint: { key: 'k', effect: 'None', ...taint } },
  });
  assert.deepEqual(create(of({ driver: 'GPU.example.com', pool: 'a/b', device: 'd' }, { value: 'v' })), []);
  assert.deepEqual(create(of({ driver: '', pool: '' })), [
    'spec.deviceSelector.driver: Required value',
    'spec.deviceSelector.pool: Required value',
  ]);
  assert.match(create(of({ driver: 'a'.repeat(64) }))[0]!, /driver: Too long: may not be more than 63 bytes/);
  assert.match(create(of({ pool: 'a/_' }))[0]!, /^spec.deviceSelector.pool: Invalid value: "_": a lowercase/);
  assert.match(create(of({ device: '' }))[0]!, /^spec.deviceSelector.device: Invalid value: "": a lowercase/);
  assert.match(create(of({}, { key: '' }))[0]!, /^spec.taint.key: Invalid value: "": name part must be/);
  assert.match(create(of({}, { value: '?' }))[0]!, /^spec.taint.value: Invalid value: "\?": a valid label/);
  assert.deepEqual(create(of({}, { effect: '' })), ['spec.taint.effect: Required value']);
  const unknown =
    'spec.taint.effect: Unsupported value: "x": supported values: "NoExecute", "NoSchedule", "None"';
  assert.deepEqual(create(of({}, { effect: 'x' })), [unknown]);
  assert.deepEqual(update(of({}, { effect: 'x' }), of({})), [unknown]);
  assert.deepEqual(update(of({}, { effect: 'x' }), of({}, { effect: 'x' })), []);
  const conditions = Array.from({ length: 9 }, (_, i) => condition(`C${i}`));
  assert.deepEqual(status({ conditions }), ['status.conditions: Too many: 9: must have at most 8 items']);
});
