import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aClaim, aClass, aVolume, reachedFrom } from '../../sim/objects/storage.ts';
import type { PersistentVolume } from '../kinds/core/v1/persistent-volume.ts';
import type { Volume } from '../kinds/core/v1/volume.ts';
import { BETA_DEFAULT_CLASS, BETA_STORAGE_CLASS, BOUND_BY_CONTROLLER, DEFAULT_CLASS } from './annotations.ts';
import { boundTo, isBoundTo, reaches } from './binding.ts';
import { classOfClaim, defaultClass, isDelayed } from './classes.ts';
import { candidatesFor } from './match.ts';
import { inlineDisk, persistentDisk } from './migration.ts';

const available = (...args: Parameters<typeof aVolume>): PersistentVolume => ({
  ...aVolume(...args),
  status: { phase: 'Available' },
});
const claim = aClaim('c', {}, { uid: 'u', resourceVersion: '7' });
const ref = { namespace: 'default', name: 'c' };

describe('a volume is bound to a claim', () => {
  const table: readonly (readonly [what: string, claimRef: object | undefined, is: boolean])[] = [
    ['that it names with its uid', { ...ref, uid: 'u' }, true],
    ['that a user has named', ref, true],
    ['of another uid', { ...ref, uid: 'w' }, false],
    ['of another namespace', { ...ref, namespace: 'other' }, false],
    ['of another name', { ...ref, name: 'other' }, false],
    ['if it names none', undefined, false],
  ];
  for (const [what, claimRef, is] of table)
    it(`${is ? 'yes' : 'no'}: ${what}`, () =>
      assert.equal(isBoundTo(aVolume('v', claimRef && { claimRef }), claim), is));

  it('by a reference, and by a mark if no user has made it', () => {
    const bound = boundTo(aVolume('v', {}, { annotations: { a: 'b' } }), claim);
    assert.deepEqual(bound.spec?.claimRef, {
      ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...ref, uid: 'u', resourceVersion: '7' },
    });
    assert.deepEqual(bound.metadata.annotations, { a: 'b', [BOUND_BY_CONTROLLER]: 'yes' });
    const reserved = boundTo(aVolume('v', { claimRef: ref }), claim);
    assert.deepEqual([reserved.spec?.claimRef?.uid, reserved.metadata.annotations], ['u', undefined]);
    assert.equal(boundTo(bound, claim), bound);
  });
});

it('a node reaches a volume by its labels, not by its name', () => {
  const label = (key: string) => (key === 'zone' ? 'a' : undefined);
  assert.equal(reaches({ label }, aVolume('v')), true);
  assert.equal(reaches({ label }, aVolume('v', reachedFrom('zone', 'a', 'b'))), true);
  assert.equal(reaches({ label }, aVolume('v', reachedFrom('zone', 'b'))), false);
  const matchFields = [{ key: 'metadata.name', operator: 'In' as const, values: ['n'] }];
  const named = aVolume('v', { nodeAffinity: { required: { nodeSelectorTerms: [{ matchFields }] } } });
  assert.equal(reaches({ label }, named), false);
});

describe('the class of a claim', () => {
  it('is that of the annotation, then that of the field', () => {
    const annotations = { [BETA_STORAGE_CLASS]: 'old' };
    assert.equal(classOfClaim(aClaim('c', { storageClassName: 'k' }, { annotations })), 'old');
    assert.equal(classOfClaim(aClaim('c', { storageClassName: 'k' })), 'k');
    assert.equal(classOfClaim(aClaim('c', { storageClassName: undefined })), '');
  });

  it('says whether its volume waits for a pod', () => {
    const delayed = (name: string, ...classes: ReturnType<typeof aClass>[]) =>
      isDelayed(aClaim('c', { storageClassName: name }), {
        get: (wanted) => classes.find(({ metadata }) => metadata.name === wanted),
      });
    assert.equal(delayed('k', aClass('k')), true);
    assert.equal(delayed('k', aClass('k', { volumeBindingMode: 'Immediate' })), false);
    assert.equal(delayed('k'), false);
    assert.equal(delayed('', aClass('')), false);
    assert.throws(() => delayed('k', aClass('k', { volumeBindingMode: undefined })), {
      message: 'VolumeBindingMode not set for StorageClass "k"',
    });
  });

  it('is by default the newest that is marked, then the first by name', () => {
    const at = (name: string, creationTimestamp: string, annotation = DEFAULT_CLASS) =>
      aClass(name, { metadata: { creationTimestamp, annotations: { [annotation]: 'true' } } });
    const [older, newer] = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'];
    const first = (...classes: ReturnType<typeof aClass>[]) => defaultClass(classes)?.metadata.name;
    assert.equal(first(at('a', older), at('b', newer)), 'b');
    assert.equal(first(at('b', newer), at('a', newer)), 'a');
    assert.equal(first(at('a', older, BETA_DEFAULT_CLASS)), 'a');
    assert.equal(first(aClass('a')), undefined);
  });
});

describe('the candidates for a claim', () => {
  const names = (...volumes: PersistentVolume[]) => {
    const { own, free } = candidatesFor(aClaim('c', {}, { uid: 'u' }), volumes);
    return [own?.metadata.name, ...free.map(({ metadata }) => metadata.name)];
  };
  const sized = (name: string, storage: string) => available(name, { capacity: { storage } });

  it('are in the order of their size, which is compared exactly', () => {
    assert.deepEqual(names(sized('a', '3Gi'), sized('b', '1024Mi'), sized('c', '1Gi'), sized('d', '2G')), [
      undefined,
      ...['b', 'c', 'd', 'a'],
    ]);
    assert.deepEqual(names(sized('a', '1073741823500m'), sized('b', '1023Mi')), [undefined]);
  });

  it('are one only, if it names the claim', () => {
    const own = available('own', { claimRef: ref, capacity: { storage: '9Gi' } });
    assert.deepEqual(names(available('a'), own), ['own']);
    const small = available('own', { claimRef: ref, capacity: { storage: '1Mi' } });
    assert.deepEqual(names(available('a'), small), [undefined, 'a']);
  });
});

describe('the handle of an in-tree disk', () => {
  const zone = (value: string) => ({ labels: { 'topology.kubernetes.io/zone': value } });
  const gce = { gcePersistentDisk: { pdName: 'd' }, hostPath: undefined };
  const table: readonly (readonly [
    what: string,
    disk: ReturnType<typeof inlineDisk>,
    handle: string | undefined,
  ])[] = [
    ['AWS', inline({ awsElasticBlockStore: { volumeID: 'vol-1' } }), 'vol-1'],
    ['AWS with a zone', inline({ awsElasticBlockStore: { volumeID: 'aws://us-east-1a/vol-1' } }), 'vol-1'],
    ['AWS without one', inline({ awsElasticBlockStore: { volumeID: 'aws:///vol-1' } }), 'vol-1'],
    ['AWS, no volume', inline({ awsElasticBlockStore: { volumeID: 'aws://us-east-1a/disk' } }), undefined],
    ['AWS, a path', inline({ awsElasticBlockStore: { volumeID: 'aws://a/vol-1/b' } }), undefined],
    ['GCE', inline({ gcePersistentDisk: { pdName: 'd' } }), 'projects/UNSPECIFIED/zones/UNSPECIFIED/disks/d'],
    [
      'GCE in a zone',
      persistentDisk(aVolume('v', gce, zone('us-central1-a'))),
      'projects/UNSPECIFIED/zones/us-central1-a/disks/d',
    ],
    [
      'GCE in a region',
      persistentDisk(aVolume('v', gce, zone('us-central1-a__us-central1-b'))),
      'projects/UNSPECIFIED/regions/us-central1/disks/d',
    ],
    ['GCE in two regions', persistentDisk(aVolume('v', gce, zone('us-central1-a__us-east1-b'))), undefined],
    ['Azure', inline({ azureDisk: { diskName: 'd', diskURI: '/uri' } }), '/uri'],
    [
      'Azure, not managed',
      inline({ azureDisk: { diskName: 'd', diskURI: '/uri', kind: 'Dedicated' } }),
      undefined,
    ],
    ['Cinder', inline({ cinder: { volumeID: 'c' } }), 'c'],
    ['Portworx', inline({ portworxVolume: { volumeID: 'p' } }), 'p'],
  ];
  for (const [what, disk, handle] of table)
    it(`${what}: ${handle ?? 'none'}`, () => {
      assert.notEqual(disk, undefined);
      assert.equal(disk?.handle, handle);
    });

  it('is of no other volume', () => assert.equal(inline({ emptyDir: {} }), undefined));
});

function inline(source: Partial<Volume>): ReturnType<typeof inlineDisk> {
  return inlineDisk({ name: 'v', ...source });
}
