import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '../../../../api/meta/v1/resource.ts';
import { aClass, claimVolume } from '../../../../sim/objects/storage.ts';
import { podInfo } from '../../../cache/pod-info.ts';
import { CycleState } from '../../../framework/cycle-state.ts';
import { cacheOf, filterAnswers } from '../../../testing/cache.fake.ts';
import { aNode, aPod } from '../../../testing/objects.fake.ts';
import { aClaim, aVolume, bound, storageOf } from '../../../testing/storage.fake.ts';
import { volumeZone } from './volume-zone.ts';

const ZONE = 'topology.kubernetes.io/zone';
const BETA = 'failure-domain.beta.kubernetes.io/zone';
const REGION = 'topology.kubernetes.io/region';
const OTHER = 'UnschedulableAndUnresolvable: node(s) had no available volume zone';
const pod = aPod({ volumes: [claimVolume('c')] });

type Labels = Record<string, string>;

describe('VolumeZone', () => {
  const table: readonly (readonly [what: string, volume: Labels, node: Labels, fits: boolean])[] = [
    ['the same zone', { [ZONE]: 'a' }, { [ZONE]: 'a' }, true],
    ['another zone', { [ZONE]: 'a' }, { [ZONE]: 'b' }, false],
    ['one of several zones', { [ZONE]: 'a__b' }, { [ZONE]: 'b' }, true],
    ['none of several zones', { [ZONE]: 'a__b' }, { [ZONE]: 'c' }, false],
    ['a list with an empty zone counts for nothing', { [ZONE]: 'a__' }, { [ZONE]: 'c' }, true],
    ['the region counts, too', { [ZONE]: 'a', [REGION]: 'r' }, { [ZONE]: 'a', [REGION]: 's' }, false],
    ['the beta label of the volume and the new one of the node', { [BETA]: 'a' }, { [ZONE]: 'a' }, true],
    ['… of another zone', { [BETA]: 'a' }, { [ZONE]: 'b' }, false],
    ['the new label of the volume and the beta one of the node', { [ZONE]: 'a' }, { [BETA]: 'a' }, false],
    ['a node without such labels', { [ZONE]: 'a' }, {}, true],
    ['a node without the label that counts', { [ZONE]: 'a' }, { [REGION]: 'r' }, false],
  ];
  for (const [what, labels, node, fits] of table)
    it(`${fits ? 'fits' : 'does not fit'}: ${what}`, () => {
      const cache = cacheOf([aNode('n', node)]);
      const plugin = volumeZone(storageOf(bound(aClaim('c'), 'v'), aVolume('v', {}, { labels })));
      const answer = filterAnswers(plugin, cache, pod);
      assert.deepEqual(answer === 'Skip' ? { n: 'Success' } : answer, { n: fits ? 'Success' : OTHER });
    });

  const refused: readonly (readonly [reason: string, objects: readonly KubeObject[]])[] = [
    ['persistentvolumeclaim "c" not found', []],
    ['persistentvolume "v" not found', [bound(aClaim('c'), 'v')]],
    ['PersistentVolumeClaim had no pv name and storageClass name', [aClaim('c')]],
    ['storageclass.storage.k8s.io "k" not found', [aClaim('c', { storageClassName: 'k' })]],
    [
      'PersistentVolume had no name',
      [aClaim('c', { storageClassName: 'k' }), aClass('k', { volumeBindingMode: 'Immediate' })],
    ],
  ];
  for (const [reason, objects] of refused)
    it(`rejects the pod: ${reason}`, () => {
      const { status } = volumeZone(storageOf(...objects)).preFilter(new CycleState(), podInfo(pod));
      assert.deepEqual([status.code, ...status.reasons], ['UnschedulableAndUnresolvable', reason]);
    });

  it('skips pods without claims, and claims whose volume is chosen later', () => {
    const plugin = volumeZone(storageOf(aClaim('c', { storageClassName: 'k' }), aClass('k')));
    assert.equal(filterAnswers(plugin, cacheOf([]), aPod()), 'Skip');
    assert.equal(filterAnswers(plugin, cacheOf([]), pod), 'Skip');
  });

  it('says which zone it would have to be', () => {
    const plugin = volumeZone(
      storageOf(bound(aClaim('c'), 'v'), aVolume('v', {}, { labels: { [ZONE]: 'a__b' } })),
    );
    const state = new CycleState();
    plugin.preFilter(state, podInfo(pod));
    const node = cacheOf([aNode('n', { [ZONE]: 'c' })]).get('n')!;
    assert.deepEqual(plugin.obstacles!(state, podInfo(pod))(node), [
      { type: 'VolumeZone', volume: 'v', key: ZONE, values: ['a', 'b'], actual: 'c' },
    ]);
  });
});
