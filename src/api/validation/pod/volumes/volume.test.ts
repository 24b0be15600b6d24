import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Volume } from '../../../kinds/core/v1/volume.ts';
import { validateVolumes } from './volume.ts';

const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } as const;
const iscsi = { targetPortal: '10.0.0.1', iqn: 'iqn.2020-01.example.com:disk', lun: 0 };

const cases: { title: string; volume: Omit<Volume, 'name'>; expected: string[] }[] = [
  { title: 'nfs', volume: { nfs: { server: 's', path: '/' } }, expected: [] },
  {
    title: 'nfs without a path',
    volume: { nfs: { server: '', path: '' } },
    expected: [
      'v[0].nfs.server: Required value',
      'v[0].nfs.path: Required value',
      'v[0].nfs.path: Invalid value: "": must be an absolute path',
    ],
  },
  { title: 'iscsi', volume: { iscsi }, expected: [] },
  {
    title: 'iscsi with names of another form',
    volume: { iscsi: { ...iscsi, iqn: 'iqn.20', initiatorName: 'x', lun: 256, chapAuthSession: true } },
    expected: [
      'v[0].iscsi.iqn: Invalid value: "iqn.20": must be valid format',
      'v[0].iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive',
      'v[0].iscsi.secretRef: Required value',
      'v[0].iscsi.initiatorname: Invalid value: "x": must be valid format starting with iqn, eui, or naa',
    ],
  },
  {
    title: 'iscsi with too long a name for the interface',
    volume: { iscsi: { ...iscsi, targetPortal: 'p'.repeat(64), initiatorName: `eui.${'0'.repeat(16)}` } },
    expected: [
      'v[0].name: Invalid value: "v0": Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.',
    ],
  },
  {
    title: 'fibre channel',
    volume: { fc: { targetWWNs: ['a'], wwids: ['b'] } },
    expected: [
      'v[0].fc.targetWWNs: Invalid value: ["a"]: targetWWNs and wwids can not be specified simultaneously',
      'v[0].fc.lun: Required value: lun is required if targetWWNs is specified',
    ],
  },
  {
    title: 'a disk of Google under another path',
    volume: { gcePersistentDisk: { pdName: '', partition: 256 } },
    expected: [
      'v[0].persistentDisk.pdName: Required value',
      'v[0].persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive',
    ],
  },
  {
    title: 'a disk of Azure',
    volume: { azureDisk: { diskName: 'd', diskURI: 'x', kind: 'Managed', cachingMode: 'No' as 'None' } },
    expected: [
      'v[0].azureDisk.cachingMode: Unsupported value: "No": supported values: "None", "ReadOnly", "ReadWrite"',
      'v[0].azureDisk.diskURI: Unsupported value: "x": supported values: "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"',
    ],
  },
  {
    title: 'quobyte in IPv6',
    volume: { quobyte: { registry: '[::1]:80,b:1', volume: 'q' } },
    expected: [],
  },
  {
    title: 'quobyte without a port',
    volume: { quobyte: { registry: 'a:1,::1', volume: 'q' } },
    expected: [
      'v[0].quobyte.registry: Invalid value: "a:1,::1": must be a host:port pair or multiple pairs separated by commas',
    ],
  },
  {
    title: 'a driver',
    volume: { csi: { driver: 'Driver.example.com', nodePublishSecretRef: { name: '' } } },
    expected: ['v[0].csi.nodePublishSecretRef.name: Required value'],
  },
  {
    title: 'an exec-based driver with options of Kubernetes',
    volume: { flexVolume: { driver: 'd', options: { 'a.k8s.io/b': '', c: '' } } },
    expected: [
      'v[0].flexVolume.options[a.k8s.io/b]: Invalid value: "a.k8s.io/b": kubernetes.io and k8s.io namespaces are reserved',
    ],
  },
  {
    title: 'an image without a reference',
    volume: { image: { pullPolicy: 'Always' } },
    expected: ['v[0].image.reference: Required value'],
  },
  {
    title: 'a claim template with a name',
    volume: {
      ephemeral: { volumeClaimTemplate: { metadata: { name: 'x' }, spec: { ...claim, accessModes: [] } } },
    },
    expected: [
      'v[0].ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set',
      'v[0].ephemeral.volumeClaimTemplate.spec.accessModes: Required value: at least 1 access mode is required',
    ],
  },
  {
    title: 'a Git repository outside',
    volume: { gitRepo: { repository: 'r', directory: '../x' } },
    expected: ['v[0].gitRepo.directory: Invalid value: "../x": must not contain \'..\''],
  },
  {
    title: 'two sources, in upstream’s order and paths',
    volume: { downwardAPI: {}, cephfs: { monitors: ['m'] }, emptyDir: {} },
    expected: [
      'v[0].cephFS: Forbidden: may not specify more than 1 volume type',
      'v[0].downwarAPI: Forbidden: may not specify more than 1 volume type',
    ],
  },
  {
    title: 'two kinds in one projection, and a token outside',
    volume: {
      projected: {
        sources: [{ secret: { name: 's' }, serviceAccountToken: { path: '../t', expirationSeconds: 600 } }],
      },
    },
    expected: [
      'v[0].projected.path: Invalid value: "../t": must not contain \'..\'',
      'v[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source',
    ],
  },
  {
    title: 'keys with one path',
    volume: {
      projected: {
        sources: [
          { secret: { name: 's', items: [{ key: 'a', path: 'p' }] } },
          { configMap: { name: 'c', items: [{ key: 'b', path: 'p' }] } },
        ],
      },
    },
    expected: ['v[0].projected: Invalid value: "c": conflicting duplicate paths'],
  },
];

const texts = (volumes: Volume[], podName = 'p') =>
  validateVolumes(volumes, 'v', { inPod: true, podName }).errors.map((e) => `${e.field}: ${e.message}`);

for (const { title, volume, expected } of cases)
  test(`volumes: ${title}`, () => assert.deepEqual(texts([{ name: 'v0', ...volume }]), expected));

test('volumes: the claim of an ephemeral volume is its own', () => {
  const ephemeral = { volumeClaimTemplate: { spec: { ...claim, accessModes: [...claim.accessModes] } } };
  assert.deepEqual(
    texts([
      { name: 'a', ephemeral },
      { name: 'b', persistentVolumeClaim: { claimName: 'p-a' } },
    ]),
    [
      'v[1].persistentVolumeClaim.claimName: Invalid value: "p-a": must not reference a PVC that gets created for an ephemeral volume',
    ],
  );
});

test('volumes: a template has no name, and its images may have no reference', () => {
  const { errors } = validateVolumes([{ name: 'i', image: { pullPolicy: 'Always' } }], 'v', { inPod: false });
  assert.deepEqual(errors, []);
});
