import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Pod } from '../../../../api/kinds/core/v1/pod.ts';
import type { CSIStorageCapacity } from '../../../../api/kinds/storage/v1/csi-storage-capacity.ts';
import type { KubeObject } from '../../../../api/meta/v1/resource.ts';
import { SELECTED_NODE } from '../../../../api/volumes/annotations.ts';
import { aClass, claimVolume, reachedFrom } from '../../../../sim/objects/storage.ts';
import { podInfo } from '../../../cache/pod-info.ts';
import { CycleState } from '../../../framework/cycle-state.ts';
import { cacheOf, filterAnswers, scoresOf } from '../../../testing/cache.fake.ts';
import { aNode, aPod } from '../../../testing/objects.fake.ts';
import { aClaim, aVolume, bound, storageOf } from '../../../testing/storage.fake.ts';
import { volumeBinding } from './volume-binding.ts';

const AFFINITY = "UnschedulableAndUnresolvable: node(s) didn't match PersistentVolume's node affinity";
const NOTHING = "UnschedulableAndUnresolvable: node(s) didn't find available persistent volumes to bind";
const NO_ROOM = 'UnschedulableAndUnresolvable: node(s) did not have enough free storage';
const GONE =
  'UnschedulableAndUnresolvable: node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)';
const FITS = 'Success';

const using = (...names: string[]) => aPod({ volumes: names.map((name) => claimVolume(name)) });
const delayed = (name: string, storage = '1Gi', own = {}) =>
  aClaim(name, { storageClassName: 'k', resources: { requests: { storage } }, ...own });
const free = (name: string, storage = '1Gi', own = {}, metadata = {}) =>
  aVolume(name, { storageClassName: 'k', capacity: { storage }, ...own }, metadata);
const inZone = (zone: string) => reachedFrom('zone', zone);
const nodes = [aNode('a', { zone: 'x' }), aNode('b', { zone: 'y' })];
const cache = cacheOf(nodes);
const byHand = aClass('k');
const made = (own = {}) => aClass('k', { provisioner: 'd', ...own });

describe('before a node is looked at', () => {
  const ephemeral = aPod({ volumes: [{ name: 'e', ephemeral: { volumeClaimTemplate: { spec: {} } } }] });
  const { name } = ephemeral.metadata;
  const immediate = 'pod has unbound immediate PersistentVolumeClaims';
  const table: readonly (readonly [reason: string, pod: Pod, objects: readonly KubeObject[]])[] = [
    ['persistentvolumeclaim "c" not found', using('c'), []],
    [
      `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}-e"`,
      ephemeral,
      [],
    ],
    [
      `PVC d/${name}-e was not created for pod d/${name} (pod is not owner)`,
      ephemeral,
      [aClaim(`${name}-e`)],
    ],
    [
      'persistentvolumeclaim "c" bound to non-existent persistentvolume "v"',
      using('c'),
      [{ ...bound(aClaim('c'), 'v'), status: { phase: 'Lost' as const } }],
    ],
    [
      'persistentvolumeclaim "c" is being deleted',
      using('c'),
      [aClaim('c', {}, { deletionTimestamp: '2026-01-01T00:00:00Z' })],
    ],
    [immediate, using('c'), [aClaim('c')]],
    [immediate, using('c'), [delayed('c'), aClass('k', { volumeBindingMode: 'Immediate' })]],
    [immediate, using('c'), [delayed('c', '1Gi', { volumeName: 'v' }), byHand]],
  ];
  for (const [reason, pod, objects] of table)
    it(`a pod waits: ${reason}`, () => {
      const plugin = volumeBinding(storageOf(...objects), cache);
      const { status } = plugin.preFilter(new CycleState(), podInfo(pod));
      assert.deepEqual([status.code, ...status.reasons], ['UnschedulableAndUnresolvable', reason]);
    });

  it('a pod without claims is skipped', () =>
    assert.equal(filterAnswers(volumeBinding(storageOf(), cache), cache, aPod()), 'Skip'));
});

describe('a node', () => {
  const table: readonly (readonly [
    what: string,
    pod: Pod,
    objects: readonly KubeObject[],
    a: string,
    b: string,
  ])[] = [
    [
      'must reach the volume of a bound claim',
      using('c'),
      [bound(aClaim('c'), 'v'), aVolume('v', inZone('x'))],
      ...([FITS, AFFINITY] as const),
    ],
    ['cannot have a volume that is gone', using('c'), [bound(aClaim('c'), 'v')], GONE, GONE],
    [
      'must reach a free volume for a claim',
      using('c'),
      [delayed('c'), byHand, free('v', '1Gi', inZone('y'))],
      ...([NOTHING, FITS] as const),
    ],
    [
      'needs one that is large enough',
      using('c'),
      [delayed('c', '2Gi'), byHand, free('v')],
      NOTHING,
      NOTHING,
    ],
    [
      'needs one for each claim',
      using('c', 'd'),
      [
        delayed('c'),
        delayed('d'),
        byHand,
        free('v', '1Gi', inZone('x')),
        free('w', '1Gi', inZone('x')),
        free('u', '1Gi', inZone('y')),
      ],
      ...([FITS, NOTHING] as const),
    ],
    [
      'gives the smallest volume to the smallest claim, even if it was the only one for a larger',
      using('large', 'small'),
      [
        delayed('large', '2Gi', { selector: { matchLabels: { disk: 'ssd' } } }),
        ...[delayed('small'), byHand, free('l', '5Gi')],
        free('s', '2Gi', inZone('x'), { labels: { disk: 'ssd' } }),
      ],
      ...([NOTHING, NOTHING] as const),
    ],
    ...(
      [
        ['of another access mode', free('v', '1Gi', { accessModes: ['ReadWriteMany'] })],
        ['of another class', free('v', '1Gi', { storageClassName: 'other' })],
        ['of another volume mode', free('v', '1Gi', { volumeMode: 'Block' })],
        ['of another attributes class', free('v', '1Gi', { volumeAttributesClassName: 'fast' })],
        ['of another claim', free('v', '1Gi', { claimRef: { namespace: 'd', name: 'other' } })],
        ['that is being deleted', free('v', '1Gi', {}, { deletionTimestamp: '2026-01-01T00:00:00Z' })],
        ['that is not available yet', { ...free('v'), status: { phase: 'Pending' as const } }],
      ] as const
    ).map(
      ([what, volume]) =>
        [
          `does not take a volume ${what}`,
          using('c'),
          [delayed('c'), byHand, volume],
          NOTHING,
          NOTHING,
        ] as const,
    ),
    [
      'takes only a volume that the selector matches',
      using('c'),
      [
        delayed('c', '1Gi', { selector: { matchLabels: { disk: 'ssd' } } }),
        byHand,
        free('v', '1Gi', inZone('x'), { labels: { disk: 'ssd' } }),
        free('w', '1Gi', inZone('y')),
      ],
      ...([FITS, NOTHING] as const),
    ],
    [
      'takes a volume that names the claim, and no other',
      using('c'),
      [
        ...[delayed('c'), byHand, free('w', '1Gi')],
        free('v', '2Gi', { ...inZone('y'), claimRef: { namespace: 'd', name: 'c' } }),
      ],
      ...([NOTHING, FITS] as const),
    ],
    ['may have one made', using('c'), [delayed('c'), made()], FITS, FITS],
    [
      'may have one made where the class allows it',
      using('c'),
      [
        delayed('c'),
        made({ allowedTopologies: [{ matchLabelExpressions: [{ key: 'zone', values: ['y', 'z'] }] }] }),
      ],
      ...([NOTHING, FITS] as const),
    ],
    [
      'is the one that was chosen for a claim',
      using('c'),
      [aClaim('c', { storageClassName: 'k' }, { annotations: { [SELECTED_NODE]: 'a' } }), made(), free('v')],
      ...([FITS, NOTHING] as const),
    ],
  ];
  for (const [what, pod, objects, a, b] of table)
    it(what, () =>
      assert.deepEqual(filterAnswers(volumeBinding(storageOf(...objects), cache), cache, pod), { a, b }),
    );

  it('is an error for a claim whose class is gone', () =>
    assert.throws(
      () =>
        filterAnswers(
          volumeBinding(
            {
              ...storageOf(delayed('c'), byHand),
              classes: { get: onlyOnce(byHand) },
            },
            cache,
          ),
          cache,
          using('c'),
        ),
      { message: 'failed to find storage class "k"' },
    ));
});

const onlyOnce = <T>(value: T) => {
  let asked = 0;
  return () => (asked++ === 0 ? value : undefined);
};

describe('a driver that says what it can still make', () => {
  const driver = {
    ...{ apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name: 'd' } },
    spec: { storageCapacity: true },
  };
  const capacity = (zone: string, own: Partial<CSIStorageCapacity>): CSIStorageCapacity => ({
    ...{ apiVersion: 'storage.k8s.io/v1', kind: 'CSIStorageCapacity' },
    metadata: { name: `cap-${zone}`, namespace: 'd' },
    storageClassName: 'k',
    nodeTopology: { matchLabels: { zone } },
    ...own,
  });
  const answers = (...capacities: CSIStorageCapacity[]) =>
    filterAnswers(
      volumeBinding(storageOf(delayed('c', '5Gi'), made(), driver, ...capacities), cache),
      cache,
      using('c'),
    );

  it('is asked for room', () => {
    assert.deepEqual(answers(), { a: NO_ROOM, b: NO_ROOM });
    assert.deepEqual(answers(capacity('x', { capacity: '5Gi' })), { a: FITS, b: NO_ROOM });
    assert.deepEqual(answers(capacity('x', { capacity: '4Gi' })), { a: NO_ROOM, b: NO_ROOM });
    assert.deepEqual(answers(capacity('x', { capacity: '9Gi', maximumVolumeSize: '1Gi' })), {
      a: NO_ROOM,
      b: NO_ROOM,
    });
    assert.deepEqual(answers(capacity('x', { capacity: '9Gi', storageClassName: 'l' })), {
      a: NO_ROOM,
      b: NO_ROOM,
    });
    assert.deepEqual(answers(capacity('x', { capacity: '9Gi', nodeTopology: undefined })), {
      a: NO_ROOM,
      b: NO_ROOM,
    });
  });

  it('scores nodes by the shape, with StorageCapacityScoring', () => {
    const objects = [
      ...[delayed('c', '5Gi'), made(), driver],
      ...[capacity('x', { capacity: '10Gi' }), capacity('y', { capacity: '20Gi' })],
    ];
    const plugin = (shape: boolean) =>
      volumeBinding(
        {
          ...storageOf(...objects),
          gates: { enabled: (name) => shape && name === 'StorageCapacityScoring' },
        },
        cache,
      );
    const scored = plugin(true);
    const state = new CycleState();
    const pod = podInfo(using('c'));
    scored.preFilter(state, pod);
    for (const node of cache.list()) scored.filter(state, pod, node);
    assert.equal(scored.preScore(state, pod, cache.list()).code, 'Success');
    assert.deepEqual(
      cache.list().map((node) => scored.score(state, pod, node)),
      [50, 75],
    );
    assert.equal(scoresOf(plugin(false), cache, using('c')), 'Skip');
  });
});

describe('what is in the way', () => {
  const obstacles = (pod: Pod, ...objects: readonly KubeObject[]) => {
    const plugin = volumeBinding(storageOf(...objects), cache);
    const state = new CycleState();
    plugin.preFilter(state, podInfo(pod));
    return plugin.obstacles!(state, podInfo(pod))(cache.get('a')!);
  };

  it('is named: the affinity of a bound volume, and the claim without one', () => {
    assert.deepEqual(obstacles(using('c'), bound(aClaim('c'), 'v'), aVolume('v', inZone('y'))), [
      {
        ...{ type: 'VolumeNodeAffinity', volume: 'v', term: 0, key: 'zone', operator: 'In' },
        ...{ values: ['y'], actual: 'x' },
      },
    ]);
    assert.deepEqual(obstacles(using('c'), delayed('c', '3Gi'), byHand), [
      { type: 'NoVolume', claim: 'd/c', size: '3Gi' },
    ]);
  });
});
