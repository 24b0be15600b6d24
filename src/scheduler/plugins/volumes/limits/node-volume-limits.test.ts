import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Pod } from '../../../../api/kinds/core/v1/pod.ts';
import type { Volume } from '../../../../api/kinds/core/v1/volume.ts';
import type { CSINode } from '../../../../api/kinds/storage/v1/csi-node.ts';
import type { VolumeAttachment } from '../../../../api/kinds/storage/v1/volume-attachment.ts';
import type { KubeObject } from '../../../../api/meta/v1/resource.ts';
import { MIGRATED_PLUGINS } from '../../../../api/volumes/annotations.ts';
import { aClass, claimVolume } from '../../../../sim/objects/storage.ts';
import { podInfo } from '../../../cache/pod-info.ts';
import { CycleState } from '../../../framework/cycle-state.ts';
import { cacheOf, filterAnswers } from '../../../testing/cache.fake.ts';
import { aNode, aPod } from '../../../testing/objects.fake.ts';
import { aClaim, aVolume, bound, storageOf } from '../../../testing/storage.fake.ts';
import { nodeVolumeLimits } from './node-volume-limits.ts';

const DRIVER = 'd.example.com';
const EBS = 'ebs.csi.aws.com';
const TOO_MANY = 'Unschedulable: node(s) exceed max volume count';

const csiNode = (count?: number, driver = DRIVER, annotations = {}): CSINode => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'CSINode',
  metadata: { name: 'n', annotations },
  spec: {
    drivers: [
      { name: driver, nodeID: 'n', topologyKeys: [], ...(count !== undefined && { allocatable: { count } }) },
    ],
  },
});
const attachment = (persistentVolumeName: string): VolumeAttachment => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'VolumeAttachment',
  metadata: { name: `at-${persistentVolumeName}` },
  spec: { attacher: DRIVER, nodeName: 'n', source: { persistentVolumeName } },
});
const disk = (name: string, volumeHandle = name) => [
  bound(aClaim(name), name),
  aVolume(name, { csi: { driver: DRIVER, volumeHandle }, hostPath: undefined }),
];
const using = (...names: string[]) => aPod({ volumes: names.map((name) => claimVolume(name)) });
const ebs = (volumeID: string): Volume => ({ name: 'v', awsElasticBlockStore: { volumeID } });
const migrated = csiNode(1, EBS, { [MIGRATED_PLUGINS]: 'kubernetes.io/aws-ebs' });
const ephemeral = aPod({ volumes: [{ name: 'e', ephemeral: { volumeClaimTemplate: { spec: {} } } }] });
const ephemeralName = `${ephemeral.metadata.name}-e`;

type Row = readonly [
  what: string,
  wanted: Pod,
  placed: readonly Pod[],
  objects: readonly KubeObject[],
  fits: boolean,
];

const volumes = [...disk('a'), ...disk('b'), ...disk('c'), ...disk('same', 'a')];

describe('NodeVolumeLimits', () => {
  const table: readonly Row[] = [
    ['room for one more', using('b'), [using('a')], [csiNode(2), ...volumes], true],
    ['no room', using('b'), [using('a')], [csiNode(1), ...volumes], false],
    ['two at once', using('a', 'b'), [], [csiNode(1), ...volumes], false],
    ['a volume that is there already', using('a'), [using('a')], [csiNode(1), ...volumes], true],
    ['the same handle through another claim', using('same'), [using('a')], [csiNode(1), ...volumes], true],
    ['a limit of another driver', using('b'), [using('a')], [csiNode(1, 'other'), ...volumes], true],
    ['a driver without a limit', using('b'), [using('a')], [csiNode(), ...volumes], true],
    ['no CSINode', using('b'), [using('a')], volumes, true],
    ['what is still attached counts', using('b'), [], [csiNode(1), attachment('a'), ...volumes], false],
    ['… once', using('b'), [using('a')], [csiNode(2), attachment('a'), ...volumes], true],
    [
      'a claim whose volume will be made',
      using('new', 'a'),
      [],
      [
        csiNode(1),
        ...volumes,
        aClaim('new', { storageClassName: 'k' }),
        aClass('k', { provisioner: DRIVER }),
      ],
      false,
    ],
    [
      'a claim that nobody makes a volume for',
      using('new', 'a'),
      [],
      [csiNode(1), ...volumes, aClaim('new'), aClass('k', { provisioner: DRIVER })],
      true,
    ],
    [
      'a volume that an in-tree plug-in will make',
      using('new'),
      [],
      [
        ...[csiNode(0, EBS), aClaim('new', { storageClassName: 'k' })],
        aClass('k', { provisioner: 'kubernetes.io/aws-ebs' }),
      ],
      true,
    ],
    ['placed pods whose claims are gone', using('b'), [using('gone')], [csiNode(1), ...volumes], true],
    [
      'in-tree disks of a migrated plug-in',
      aPod({ volumes: [ebs('aws://zone/vol-1')] }),
      [aPod({ volumes: [ebs('vol-2')] })],
      [migrated],
      false,
    ],
    [
      'the same in-tree disk',
      aPod({ volumes: [ebs('aws://zone/vol-1')] }),
      [aPod({ volumes: [ebs('vol-1')] })],
      [migrated],
      true,
    ],
    [
      'in-tree disks of a plug-in that is not migrated',
      aPod({ volumes: [ebs('vol-1')] }),
      [aPod({ volumes: [ebs('vol-2')] })],
      [csiNode(1, EBS)],
      true,
    ],
    [
      'ephemeral volumes',
      ephemeral,
      [using('a')],
      [
        ...[csiNode(1), ...volumes, aClass('k', { provisioner: DRIVER })],
        aClaim(
          ephemeralName,
          { storageClassName: 'k' },
          {
            ownerReferences: [
              { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: ephemeral.metadata.uid!, controller: true },
            ],
          },
        ),
      ],
      false,
    ],
  ];
  for (const [what, wanted, placed, objects, fits] of table)
    it(`${fits ? 'fits' : 'does not fit'}: ${what}`, () => {
      const cache = cacheOf([aNode('n')], { n: placed });
      const answer = filterAnswers(nodeVolumeLimits(storageOf(...objects)), cache, wanted);
      assert.deepEqual(answer, { n: fits ? 'Success' : TOO_MANY });
    });

  it('skips pods without such volumes', () =>
    assert.equal(filterAnswers(nodeVolumeLimits(storageOf()), cacheOf([aNode('n')]), aPod()), 'Skip'));

  it('says which claim is missing, and whose it is', () => {
    const cache = cacheOf([aNode('n')]);
    assert.deepEqual(filterAnswers(nodeVolumeLimits(storageOf()), cache, using('x')), {
      n: 'UnschedulableAndUnresolvable: looking up PVC d/x: persistentvolumeclaim "x" not found',
    });
    assert.throws(() => filterAnswers(nodeVolumeLimits(storageOf(aClaim(ephemeralName))), cache, ephemeral), {
      message: `PVC d/${ephemeralName} was not created for pod d/${ephemeral.metadata.name} (pod is not owner)`,
    });
  });

  it('keeps pods off nodes without a driver that asks for it, with VolumeLimitScaling', () => {
    const driver = {
      ...{ apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name: DRIVER } },
      spec: { preventPodSchedulingIfMissing: true },
    };
    const cache = cacheOf([aNode('n')]);
    const answer = (objects: readonly KubeObject[], scaling: boolean) =>
      filterAnswers(
        nodeVolumeLimits({ ...storageOf(driver, ...volumes, ...objects), gates: { enabled: () => scaling } }),
        cache,
        using('a'),
      );
    assert.deepEqual(answer([], true), {
      n: `Unschedulable: ${DRIVER} CSI driver is not installed on the node`,
    });
    assert.deepEqual(answer([csiNode()], true), { n: 'Success' });
    assert.deepEqual(answer([], false), { n: 'Success' });
  });

  it('says how many volumes there are', () => {
    const cache = cacheOf([aNode('n')], { n: [using('a')] });
    const plugin = nodeVolumeLimits(storageOf(csiNode(2), ...volumes));
    const pod = podInfo(using('b', 'c'));
    assert.deepEqual(plugin.obstacles!(new CycleState(), pod)(cache.get('n')!), [
      { type: 'VolumeLimit', driver: DRIVER, wanted: 2, attached: 1, limit: 2 },
    ]);
  });
});
