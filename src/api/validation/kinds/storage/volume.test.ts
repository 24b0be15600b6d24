import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PersistentVolume } from '../../../kinds/core/v1/persistent-volume.ts';
import { created, updated } from '../checks.fake.ts';

const csi = { driver: 'a.b', volumeHandle: 'h' };
const volume = (spec: object = { csi }) => ({
  spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, volumeMode: 'Filesystem', ...spec },
});
const affinity = (key: string) => ({
  nodeAffinity: {
    required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values: ['a'] }] }] },
  },
});

test('each source of a volume is checked in its own way', () => {
  const cases: [object, string[]][] = [
    [{ csi }, []],
    [{}, ['spec: Required value: must specify a volume type']],
    [{ hostPath: { path: '/a' }, csi }, ['spec.csi: Forbidden: may not specify more than 1 volume type']],
    [
      { hostPath: { path: '/a/../b' } },
      [`spec.hostPath.path: Invalid value: "/a/../b": must not contain '..'`],
    ],
    [
      { hostPath: { path: '/./' }, persistentVolumeReclaimPolicy: 'Recycle' },
      ["spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"],
    ],
    [{ local: { path: '/a' } }, ['spec.nodeAffinity: Required value: Local volume requires node affinity']],
    [
      { nfs: { server: '', path: 'a' } },
      ['spec.nfs.server: Required value', 'spec.nfs.path: Invalid value: "a": must be an absolute path'],
    ],
    [
      { gcePersistentDisk: { pdName: '', partition: 256 } },
      [
        'spec.persistentDisk.pdName: Required value',
        'spec.persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive',
      ],
    ],
    [
      { csi: { driver: '', volumeHandle: '', nodePublishSecretRef: { name: 'a' } } },
      [
        'spec.csi.driver: Required value',
        'spec.csi.volumeHandle: Required value',
        'spec.csi.nodePublishSecretRef.namespace: Required value',
      ],
    ],
    [
      { iscsi: { targetPortal: 'p', iqn: 'iqn.2015-02.example.com:disk', lun: 256 } },
      ['spec.iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive'],
    ],
    [
      { iscsi: { targetPortal: 'p', iqn: 'iqn.2015.example.com:disk', lun: 0, chapAuthSession: true } },
      [
        'spec.iscsi.iqn: Invalid value: "iqn.2015.example.com:disk": must be valid format',
        'spec.iscsi.secretRef: Required value',
      ],
    ],
    [
      { fc: { targetWWNs: ['a'], wwids: ['b'] } },
      [
        'spec.fc.targetWWNs: Invalid value: ["a"]: targetWWNs and wwids can not be specified simultaneously',
        'spec.fc.lun: Required value: lun is required if targetWWNs is specified',
      ],
    ],
    [
      { flexVolume: { driver: 'd', options: { 'a.k8s.io/x': '1' } } },
      [
        'spec.flexVolume.options[a.k8s.io/x]: Invalid value: "a.k8s.io/x": kubernetes.io and k8s.io namespaces are reserved',
      ],
    ],
    [
      { csi, volumeAttributesClassName: '' },
      ['spec.volumeAttributesClassName: Required value: an empty string is disallowed'],
    ],
  ];
  for (const [spec, errors] of cases) assert.deepEqual(created(PersistentVolume, volume(spec)), errors);
});

test('the source, the mode and the affinity of a volume do not change', () => {
  const moved = volume({ csi: { ...csi, volumeHandle: 'other' } });
  assert.deepEqual(updated(PersistentVolume, moved, volume()), [
    'spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation',
  ]);
  const secret = { name: 'a', namespace: 'b' };
  const expandable = volume({ csi: { ...csi, controllerExpandSecretRef: secret } });
  assert.deepEqual(updated(PersistentVolume, expandable, volume()), []);
  assert.deepEqual(updated(PersistentVolume, volume({ csi, volumeMode: 'Block' }), volume()), [
    'volumeMode: Invalid value: "Block": field is immutable',
  ]);
  const at = (key: string) => volume({ csi, ...affinity(key) });
  assert.deepEqual(updated(PersistentVolume, at('zone'), volume()), []);
  const beta = at('failure-domain.beta.kubernetes.io/zone');
  assert.deepEqual(updated(PersistentVolume, at('topology.kubernetes.io/zone'), beta), []);
  const [error] = updated(PersistentVolume, at('zone'), beta);
  assert.match(
    error!,
    /^nodeAffinity: Invalid value: \{.*\}: field is immutable, except for updating from beta label to GA$/,
  );
  const classed = volume({ csi, volumeAttributesClassName: 'a' });
  assert.deepEqual(updated(PersistentVolume, volume(), classed), [
    'spec.volumeAttributesClassName: Forbidden: update from non-nil value to nil is forbidden',
  ]);
});

test('mount options in an annotation are for older sources only', () => {
  const metadata = { annotations: { 'volume.beta.kubernetes.io/mount-options': 'ro' } };
  const refused = [
    'metadata.annotations.volume.beta.kubernetes.io/mount-options: Forbidden: may not specify mount options for this volume type',
  ];
  const annotated = { ...volume(), metadata };
  assert.deepEqual(created(PersistentVolume, annotated), refused);
  assert.deepEqual(updated(PersistentVolume, annotated, volume()), refused);
  const nfs = { ...volume({ nfs: { server: 's', path: '/' } }), metadata };
  assert.deepEqual(created(PersistentVolume, nfs), []);
});
