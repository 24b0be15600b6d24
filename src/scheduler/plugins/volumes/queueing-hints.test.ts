// Which events have a pod tried again that a volume plug-in rejected.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CSIDriver } from '../../../api/kinds/storage/v1/csi-driver.ts';
import type { CSINode } from '../../../api/kinds/storage/v1/csi-node.ts';
import type { CSIStorageCapacity } from '../../../api/kinds/storage/v1/csi-storage-capacity.ts';
import type { VolumeAttachment } from '../../../api/kinds/storage/v1/volume-attachment.ts';
import { MIGRATED_PLUGINS } from '../../../api/volumes/annotations.ts';
import { aClass, claimVolume } from '../../../sim/objects/storage.ts';
import { NodeInfo } from '../../cache/node-info.ts';
import { type PodInfo, podInfo } from '../../cache/pod-info.ts';
import type { ClusterEvent } from '../../framework/cluster-events.ts';
import { cacheOf } from '../../testing/cache.fake.ts';
import { aNode, aPod, type PodSpec } from '../../testing/objects.fake.ts';
import { aClaim, aVolume, storageOf } from '../../testing/storage.fake.ts';
import { volumeBinding } from './binding/volume-binding.ts';
import { nodeVolumeLimits } from './limits/node-volume-limits.ts';
import { volumeRestrictions } from './restrictions/volume-restrictions.ts';
import { volumeZone } from './zone/volume-zone.ts';

const using = (name: string, spec: Partial<PodSpec> = {}) => aPod({ volumes: [claimVolume(name)], ...spec });
const ebs = aPod({ volumes: [{ name: 'v', awsElasticBlockStore: { volumeID: 'vol-1' } }] });
const pod = using('c');

const claimAdded = (name: string, namespace = 'd'): ClusterEvent => ({
  type: 'ClaimAdded',
  claim: aClaim(name, {}, { namespace }),
});
const claimUpdated = (name: string): ClusterEvent => ({
  ...{ type: 'ClaimUpdated', claim: aClaim(name) },
  old: aClaim(name),
});
const deleted = (gone = aPod()): ClusterEvent => ({ type: 'PodDeleted', pod: podInfo(gone) });
const node = (labels = {}, extra = {}) => NodeInfo.of(aNode('n', labels, {}, extra));
const nodeAdded: ClusterEvent = { type: 'NodeAdded', node: node() };
const relabelled: ClusterEvent = { type: 'NodeUpdated', node: node({ zone: 'x' }), old: node() };
const grown: ClusterEvent = { type: 'NodeUpdated', node: node({}, { cpu: '8' }), old: node() };
const volumeAdded: ClusterEvent = { type: 'VolumeAdded', volume: aVolume('v') };
const volumeUpdated = (labels: Record<string, string> = {}): ClusterEvent => ({
  ...{ type: 'VolumeUpdated', volume: aVolume('v', {}, { labels }) },
  old: aVolume('v'),
});
const classAdded = (volumeBindingMode: 'Immediate' | 'WaitForFirstConsumer'): ClusterEvent => ({
  type: 'ClassAdded',
  storageClass: aClass('k', { volumeBindingMode }),
});
const topologies = [{ matchLabelExpressions: [{ key: 'zone', values: ['x'] }] }];
const classUpdated = (own: Parameters<typeof aClass>[1]): ClusterEvent => ({
  ...{ type: 'ClassUpdated', storageClass: aClass('k', own) },
  old: aClass('k'),
});
const csiNode = (count: number, plugins = ''): CSINode => ({
  ...{ apiVersion: 'storage.k8s.io/v1', kind: 'CSINode' },
  metadata: { name: 'n', annotations: { [MIGRATED_PLUGINS]: plugins } },
  spec: { drivers: [{ name: 'd', nodeID: 'n', topologyKeys: [], allocatable: { count } }] },
});
const csiNodeUpdated = (csiNode: CSINode, old: CSINode): ClusterEvent => ({
  ...{ type: 'CsiNodeUpdated', csiNode, old },
});
const capacity = (size?: string): CSIStorageCapacity => ({
  ...{ apiVersion: 'storage.k8s.io/v1', kind: 'CSIStorageCapacity', metadata: { name: 'c' } },
  ...{ storageClassName: 'k', ...(size && { capacity: size }) },
});
const capacityUpdated = (size?: string, before?: string): ClusterEvent => ({
  ...{ type: 'CapacityUpdated', capacity: capacity(size), old: capacity(before) },
});
const driver = (storageCapacity: boolean): CSIDriver => ({
  ...{ apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name: 'd' } },
  spec: { storageCapacity },
});
const driverUpdated = (before: boolean, after: boolean): ClusterEvent => ({
  ...{ type: 'CsiDriverUpdated', driver: driver(after), old: driver(before) },
});
const detached = (attacher: string): ClusterEvent => ({
  type: 'AttachmentDeleted',
  attachment: {
    ...{ apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment', metadata: { name: 'a' } },
    spec: { attacher, nodeName: 'n', source: {} },
  } satisfies VolumeAttachment,
});
const elsewhere = using('c');
elsewhere.metadata.namespace = 'e';
const inline = aPod({ volumes: [{ name: 'v', csi: { driver: 'd' } }] });

type Row = readonly [what: string, pod: typeof pod, event: ClusterEvent, mayFit: boolean];
interface Hinting {
  readonly name: string;
  mayFitAfter?(pod: PodInfo, event: ClusterEvent): boolean;
}

const sources = storageOf();
const nodes = cacheOf([]);
const tables: readonly (readonly [plugin: Hinting, rows: readonly Row[]])[] = [
  [
    volumeRestrictions(nodes, sources),
    [
      ['a pod with its claim leaves', pod, deleted(using('c')), true],
      ['a pod with another claim leaves', pod, deleted(using('other')), false],
      ['a pod of another namespace leaves', pod, deleted(elsewhere), false],
      ['a pod with its disk leaves', ebs, deleted(ebs), true],
      ['a new node', pod, nodeAdded, true],
      ['a changed node', pod, relabelled, false],
      ['its claim is there', pod, claimAdded('c'), true],
      ['another claim is there', pod, claimAdded('other'), false],
      ['its claim changes', pod, claimUpdated('c'), false],
      ['a volume', pod, volumeAdded, false],
    ],
  ],
  [
    volumeZone(sources),
    [
      ['a class that waits for pods', pod, classAdded('WaitForFirstConsumer'), true],
      ['a class that does not', pod, classAdded('Immediate'), false],
      ['a new node', pod, nodeAdded, true],
      ['other labels of a node', pod, relabelled, true],
      ['more room on a node', pod, grown, false],
      ['its claim is there', pod, claimAdded('c'), true],
      ['its claim changes', pod, claimUpdated('c'), true],
      ['another claim changes', pod, claimUpdated('other'), false],
      ['a new volume', pod, volumeAdded, true],
      ['a volume in another zone', pod, volumeUpdated({ 'topology.kubernetes.io/zone': 'x' }), true],
      ['another change of a volume', pod, volumeUpdated({ a: 'b' }), false],
      ['pods', pod, deleted(), false],
    ],
  ],
  [
    nodeVolumeLimits(sources),
    [
      ['a node’s drivers', pod, { type: 'CsiNodeAdded', csiNode: csiNode(1) }, true],
      ['a higher limit', pod, csiNodeUpdated(csiNode(2), csiNode(1)), true],
      ['a lower limit', pod, csiNodeUpdated(csiNode(1), csiNode(2)), false],
      ['a pod with a claim leaves', pod, deleted(using('other')), true],
      ['a pod without volumes leaves', pod, deleted(), false],
      ['its claim is there', pod, claimAdded('c'), true],
      ['a claim of that name elsewhere', pod, claimAdded('c', 'e'), false],
      ['something is detached', pod, detached('x'), true],
      ['its driver’s disk is detached', ebs, detached('ebs.csi.aws.com'), true],
      ['another driver’s disk is detached', ebs, detached('x'), false],
    ],
  ],
  [
    volumeBinding(sources, nodes),
    [
      ['its claim is there', pod, claimAdded('c'), true],
      ['its claim changes', pod, claimUpdated('c'), true],
      ['another claim', pod, claimAdded('other'), false],
      ['a claim of that name elsewhere', pod, claimAdded('c', 'e'), false],
      ['a new volume', pod, volumeAdded, true],
      ['a changed volume', pod, volumeUpdated(), true],
      ['a new class', pod, classAdded('Immediate'), true],
      ['a class with other topologies', pod, classUpdated({ allowedTopologies: topologies }), true],
      ['a class that is marked', pod, classUpdated({ metadata: { annotations: { a: 'b' } } }), false],
      ['a new node', pod, nodeAdded, true],
      ['other labels of a node', pod, relabelled, true],
      ['more room on a node', pod, grown, false],
      ['a node’s drivers', pod, { type: 'CsiNodeAdded', csiNode: csiNode(1) }, true],
      ['a plug-in is migrated', pod, csiNodeUpdated(csiNode(1, 'p'), csiNode(1)), true],
      ['a higher limit', pod, csiNodeUpdated(csiNode(2), csiNode(1)), false],
      ['a driver no longer asks for room', inline, driverUpdated(true, false), true],
      ['a driver asks for room', inline, driverUpdated(false, true), false],
      ['another driver', pod, driverUpdated(true, false), false],
      ['room where there was none', pod, { type: 'CapacityAdded', capacity: capacity('1Gi') }, true],
      ['more room', pod, capacityUpdated('2Gi', '1Gi'), true],
      ['room that was not known', pod, capacityUpdated('2Gi'), true],
      ['less room', pod, capacityUpdated('1Gi', '2Gi'), false],
      ['no room', pod, capacityUpdated(undefined, '2Gi'), false],
      ['pods', pod, deleted(), false],
    ],
  ],
];

for (const [plugin, rows] of tables)
  describe(`for a pod that ${plugin.name} rejected`, () => {
    for (const [what, waiting, event, mayFit] of rows)
      it(`${mayFit ? 'helps' : 'does not help'}: ${what}`, () =>
        assert.equal(plugin.mayFitAfter!(podInfo(waiting), event), mayFit));
  });
