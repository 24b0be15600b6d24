import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PersistentVolumeClaim } from '../../../kinds/core/v1/persistent-volume-claim.ts';
import { created, statusUpdated, updated } from '../checks.fake.ts';

const claim = (spec: object = {}, more: object = {}) => ({
  ...more,
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
    volumeMode: 'Filesystem',
    ...spec,
  },
});
const bound = (spec: object = {}, status: object = {}) =>
  claim(
    { volumeName: 'v', ...spec },
    { status: { phase: 'Bound', capacity: { storage: '1Gi' }, ...status } },
  );
const size = (storage: string) => ({ resources: { requests: { storage } } });
const fixed =
  'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

test('a new claim says how it is used, how large it is, and where its data comes from', () => {
  const cases: [object, string[]][] = [
    [{}, []],
    [{ accessModes: [] }, ['spec.accessModes: Required value: at least 1 access mode is required']],
    [
      { accessModes: ['ReadWriteOncePod', 'Never'] },
      [
        'spec.accessModes: Unsupported value: "Never": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
      ],
    ],
    [
      { accessModes: ['ReadWriteOncePod', 'ReadOnlyMany'] },
      ['spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes'],
    ],
    [size('0'), ['spec.resources[storage]: Invalid value: "0": must be greater than zero']],
    [
      { dataSource: { kind: 'Pod', name: '' } },
      [
        'spec.dataSource.name: Required value',
        `spec.dataSource: Invalid value: "Pod": must be 'PersistentVolumeClaim' when referencing the default apiGroup`,
      ],
    ],
    [
      {
        dataSource: { kind: 'A', apiGroup: 'a.b', name: 'a' },
        dataSourceRef: { kind: 'B', apiGroup: 'a.b', name: 'a' },
      },
      ['spec: Invalid value: {}: must match dataSourceRef'],
    ],
    [
      {
        dataSource: { kind: 'A', apiGroup: 'a.b', name: 'a' },
        dataSourceRef: { kind: 'A', apiGroup: 'a.b', name: 'a', namespace: 'other' },
      },
      ['spec: Invalid value: {}: may not be specified when dataSourceRef.namespace is specified'],
    ],
  ];
  for (const [spec, errors] of cases) assert.deepEqual(created(PersistentVolumeClaim, claim(spec)), errors);
  assert.match(
    created(PersistentVolumeClaim, claim({ volumeAttributesClassName: 'A_B' }))[0]!,
    /^spec\.volumeAttributesClassName: Invalid value: "A_B": a lowercase RFC 1123 subdomain/,
  );
});

test('only a bound claim may change its size and its attributes class', () => {
  const larger = { ...size('2Gi'), volumeAttributesClassName: 'fast' };
  assert.deepEqual(updated(PersistentVolumeClaim, bound(larger), bound()), []);
  assert.deepEqual(updated(PersistentVolumeClaim, claim(larger), claim()), [fixed]);
  assert.deepEqual(updated(PersistentVolumeClaim, claim(size('2Gi')), claim()), [fixed]);
  assert.deepEqual(updated(PersistentVolumeClaim, claim({ volumeName: 'v' }), claim()), []);
  assert.deepEqual(updated(PersistentVolumeClaim, bound({ volumeName: 'w' }), bound()), [fixed]);
});

test('a claim that could not grow may be made smaller, but not as small as its volume', () => {
  assert.deepEqual(updated(PersistentVolumeClaim, bound(size('2Gi')), bound(size('3Gi'))), []);
  assert.deepEqual(updated(PersistentVolumeClaim, bound(size('1Gi')), bound(size('3Gi'))), [
    'spec.resources.requests.storage: Forbidden: field can not be less than status.capacity',
  ]);
});

test('a claim gets a class once, and the class may move from the annotation to the field', () => {
  const annotated = (name: string, spec: object = {}) =>
    claim(spec, { metadata: { annotations: { 'volume.beta.kubernetes.io/storage-class': name } } });
  const withClass = { storageClassName: 'a' };
  assert.deepEqual(updated(PersistentVolumeClaim, claim(withClass), claim()), []);
  assert.deepEqual(updated(PersistentVolumeClaim, claim(withClass), annotated('a')), []);
  assert.deepEqual(updated(PersistentVolumeClaim, claim({ storageClassName: 'b' }), claim(withClass)), [
    fixed,
  ]);
  assert.deepEqual(updated(PersistentVolumeClaim, annotated('b'), annotated('a')), [
    'metadata.annotations.volume.beta.kubernetes.io/storage-class: Invalid value: "b": field is immutable',
  ]);
});

test('a volume that has an attributes class cannot lose it', () => {
  const old = bound({ volumeAttributesClassName: 'a' }, { currentVolumeAttributesClassName: 'a' });
  const lost = (what: string) => [
    `spec.volumeAttributesClassName: Forbidden: update to ${what} is forbidden when status.currentVolumeAttributesClassName is not nil`,
  ];
  assert.deepEqual(updated(PersistentVolumeClaim, bound(), old), lost('nil'));
  assert.deepEqual(
    updated(PersistentVolumeClaim, bound({ volumeAttributesClassName: '' }), old),
    lost('empty string'),
  );
});

test('the status of a claim has known resources and states', () => {
  const status = {
    capacity: { storage: '-1' },
    allocatedResourceStatuses: { storage: 'Odd', cpu: 'NodeResizePending' },
    allocatedResources: { storage: '-1', cpu: '1' },
  };
  assert.deepEqual(statusUpdated(PersistentVolumeClaim, claim({}, { status })), [
    'status.capacity[storage]: Invalid value: -1: must be a valid resource quantity',
    'status.allocatedResourceStatuses: Unsupported value: "storage": supported values: "ControllerResizeInProgress", "ControllerResizeInfeasible", "NodeResizeInProgress", "NodeResizeInfeasible", "NodeResizePending"',
    'status.allocatedResourceStatuses: Unsupported value: "cpu": supported values: "storage"',
    'status.allocatedResources[storage]: Invalid value: -1: must be a valid resource quantity',
    'status.allocatedResources: Unsupported value: "cpu": supported values: "storage"',
  ]);
});

test('the status of a claim says how far its volume has been made larger', () => {
  const capacity = { storage: '1Gi' };
  for (const state of [
    'ControllerResizeInProgress',
    'ControllerResizeInfeasible',
    'NodeResizePending',
    'NodeResizeInProgress',
    'NodeResizeInfeasible',
  ]) {
    const status = {
      capacity,
      allocatedResources: { storage: '2Gi', 'example.com/iops': '5' },
      allocatedResourceStatuses: { storage: state, 'example.com/iops': state },
      conditions: [
        { type: 'Resizing', status: 'True' },
        { type: 'FileSystemResizePending', status: 'True' },
      ],
    };
    assert.deepEqual(statusUpdated(PersistentVolumeClaim, claim({}, { status })), [], state);
  }
});
