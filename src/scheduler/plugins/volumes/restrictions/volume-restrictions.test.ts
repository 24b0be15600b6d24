import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Volume } from '../../../../api/kinds/core/v1/volume.ts';
import { claimVolume } from '../../../../sim/objects/storage.ts';
import { podInfo } from '../../../cache/pod-info.ts';
import { CycleState } from '../../../framework/cycle-state.ts';
import { cacheOf, filterAnswers, place } from '../../../testing/cache.fake.ts';
import { aNode, aPod } from '../../../testing/objects.fake.ts';
import { aClaim, storageOf } from '../../../testing/storage.fake.ts';
import { restrictionsKey, volumeRestrictions } from './volume-restrictions.ts';

const DISK = 'Unschedulable: node(s) had no available disk';
const IN_USE =
  'Unschedulable: node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod';

const using = (...volumes: Volume[]) => aPod({ volumes });

describe('two pods with the same disk', () => {
  const gce = (pdName: string, readOnly = false): Volume => ({
    name: 'v',
    gcePersistentDisk: { pdName, readOnly },
  });
  const aws = (volumeID: string): Volume => ({
    name: 'v',
    awsElasticBlockStore: { volumeID, readOnly: true },
  });
  const iscsi = (iqn: string, readOnly = false): Volume => ({
    name: 'v',
    iscsi: { iqn, lun: 0, targetPortal: 't', readOnly },
  });
  const rbd = (monitors: string[], image = 'i', readOnly = false): Volume => ({
    name: 'v',
    rbd: { monitors, image, pool: 'rbd', readOnly },
  });
  const table: readonly (readonly [what: string, placed: Volume, wanted: Volume, conflict: boolean])[] = [
    ['GCE, one writes', gce('a'), gce('a', true), true],
    ['GCE, both read', gce('a', true), gce('a', true), false],
    ['GCE, another disk', gce('a'), gce('b'), false],
    ['AWS, even read-only', aws('a'), aws('a'), true],
    ['AWS, another disk', aws('a'), aws('b'), false],
    ['iSCSI, one writes', iscsi('a', true), iscsi('a'), true],
    ['iSCSI, both read', iscsi('a', true), iscsi('a', true), false],
    ['RBD, a monitor in common', rbd(['m', 'n']), rbd(['n', 'o']), true],
    ['RBD, no monitor in common', rbd(['m']), rbd(['n']), false],
    ['RBD, another image', rbd(['m']), rbd(['m'], 'j'), false],
    ['RBD, both read', rbd(['m'], 'i', true), rbd(['m'], 'i', true), false],
    ['different kinds', gce('a'), aws('a'), false],
  ];
  for (const [what, placed, wanted, conflict] of table)
    it(`${conflict ? 'do not fit' : 'fit'} on one node: ${what}`, () => {
      const cache = cacheOf([aNode('a'), aNode('b')], { a: [using(placed)] });
      assert.deepEqual(filterAnswers(volumeRestrictions(cache, storageOf()), cache, using(wanted)), {
        a: conflict ? DISK : 'Success',
        b: 'Success',
      });
    });
});

describe('a claim of access mode ReadWriteOncePod', () => {
  const once = aClaim('once', { accessModes: ['ReadWriteOncePod'] });
  const sources = storageOf(once, aClaim('shared'));

  it('is used by one pod in the cluster', () => {
    const cache = cacheOf([aNode('a'), aNode('b')], { a: [using(claimVolume('once'))] });
    const plugin = volumeRestrictions(cache, sources);
    assert.deepEqual(filterAnswers(plugin, cache, using(claimVolume('once'))), { a: IN_USE, b: IN_USE });
    assert.equal(filterAnswers(plugin, cache, using(claimVolume('shared'))), 'Skip');
    assert.equal(filterAnswers(plugin, cache, aPod()), 'Skip');
  });

  it('is free when its pod is gone, and that of another namespace is another claim', () => {
    const cache = cacheOf([aNode('a')]);
    const plugin = volumeRestrictions(cache, sources);
    const stranger = using(claimVolume('once'));
    stranger.metadata.namespace = 'e';
    place(cache, stranger, 'a');
    assert.equal(filterAnswers(plugin, cache, using(claimVolume('once'))), 'Skip');
    const user = using(claimVolume('once'));
    place(cache, user, 'a');
    assert.deepEqual(filterAnswers(plugin, cache, using(claimVolume('once'))), { a: IN_USE });
    cache.removePod(user.metadata.uid!);
    assert.equal(filterAnswers(plugin, cache, using(claimVolume('once'))), 'Skip');
  });

  it('would be free without the pod: AddPod and RemovePod undo each other', () => {
    const user = podInfo(using(claimVolume('once')));
    const cache = cacheOf([aNode('a')], { a: [user.pod] });
    const plugin = volumeRestrictions(cache, sources);
    const pod = podInfo(using(claimVolume('once')));
    const state = new CycleState();
    assert.equal(plugin.preFilter(state, pod).status.code, 'Success');
    const clone = state.clone();
    const node = cache.get('a')!;
    plugin.preFilterExtensions!.removePod(clone, pod, user, node);
    assert.equal(plugin.filter(clone, pod, node).code, 'Success');
    assert.equal(plugin.filter(state, pod, node).code, 'Unschedulable');
    plugin.preFilterExtensions!.addPod(clone, pod, user, node);
    assert.deepEqual(clone.read(restrictionsKey), state.read(restrictionsKey));
  });

  it('must exist', () => {
    const { status } = volumeRestrictions(cacheOf([]), sources).preFilter(
      new CycleState(),
      podInfo(using(claimVolume('none'))),
    );
    assert.deepEqual(
      [status.code, ...status.reasons],
      ['UnschedulableAndUnresolvable', 'persistentvolumeclaim "none" not found'],
    );
  });
});
