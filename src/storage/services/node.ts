// The Node service: which method is where. NodeGetInfo is answered by ../lazy-driver.ts.
import { type Served, served } from '../../csi/caller.ts';
import {
  type NodeCapability,
  nodeExpandVolume,
  nodeGetCapabilities,
  nodeGetVolumeStats,
  nodePublishVolume,
  nodeStageVolume,
  nodeUnpublishVolume,
  nodeUnstageVolume,
} from '../../csi/messages/node.ts';
import type { Disk } from '../volumes/disk.ts';
import { growOnNode } from './growth.ts';
import { publish, unpublish } from './publishing.ts';
import { stage, unstage } from './staging.ts';
import { statistics } from './statistics.ts';

const CAPABILITIES: readonly NodeCapability[] = [
  'STAGE_UNSTAGE_VOLUME',
  'GET_VOLUME_STATS',
  'EXPAND_VOLUME',
  'VOLUME_CONDITION',
  'SINGLE_NODE_MULTI_WRITER',
];

export function nodeService(disk: Disk): Served[] {
  const turn = <T>(volumeId: string, work: (name: string) => Promise<T>): Promise<T> => {
    const name = disk.existing('volume', volumeId);
    return disk.volumeTurn(name, () => work(name));
  };
  const done = async (work: Promise<void>) => {
    await work;
    return {};
  };
  return [
    served(nodeGetCapabilities, async () => ({
      capabilities: CAPABILITIES.map((type) => ({ rpc: { type } })),
    })),
    served(nodeStageVolume, (r) => turn(r.volumeId, (name) => done(stage(disk, name, r)))),
    served(nodeUnstageVolume, (r) => turn(r.volumeId, (name) => done(unstage(disk, name, r)))),
    served(nodePublishVolume, (r) => turn(r.volumeId, (name) => done(publish(disk, name, r)))),
    served(nodeUnpublishVolume, (r) => turn(r.volumeId, (name) => done(unpublish(disk, name, r)))),
    served(nodeExpandVolume, (r) => turn(r.volumeId, (name) => growOnNode(disk, name, r))),
    // Without a turn: a long copy of the volume must not hide how full it is.
    served(nodeGetVolumeStats, (r) => statistics(disk, r)),
  ];
}
