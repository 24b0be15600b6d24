// The Node service of the tests' driver on one node: a volume is a directory of the machine, bound to the staging path and from there
// to the target, in the node's mount namespace.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Served, served } from '../../src/csi/caller.ts';
import {
  type NodeCapability,
  nodeExpandVolume,
  nodeGetCapabilities,
  nodeGetInfo,
  nodeGetVolumeStats,
  nodePublishVolume,
  nodeStageVolume,
  nodeUnpublishVolume,
  nodeUnstageVolume,
} from '../../src/csi/messages/node.ts';
import { exec } from '../../src/kit/exec.ts';
import type { StorageArray } from './array.ts';

const CAPABILITIES: NodeCapability[] = ['STAGE_UNSTAGE_VOLUME', 'GET_VOLUME_STATS', 'EXPAND_VOLUME'];

export interface NodeServiceOptions {
  readonly array: StorageArray;
  readonly node: string;
  /** Directories of the volumes' contents. */
  readonly data: string;
  /** Precedes a command that is to run in the node's mount namespace. */
  readonly enter: readonly string[];
}

export function nodeService({ array, node, data, enter }: NodeServiceOptions): Served[] {
  const run = (...command: string[]) => exec([...enter, ...command]);
  const isMounted = (path: string) =>
    run('cat', '/proc/self/mounts').then((table) =>
      table.split('\n').some((line) => line.split(' ')[1] === path),
    );
  const bind = async (source: string, target: string, readOnly: boolean) => {
    if (await isMounted(target)) return;
    await run('mkdir', '-p', target);
    await run('mount', '--bind', source, target);
    if (readOnly) await run('mount', '-o', 'remount,bind,ro', target);
  };
  const unbind = async (target: string) => {
    if (await isMounted(target)) await run('umount', target);
  };
  const contents = (id: string) => {
    const directory = join(data, id);
    mkdirSync(directory, { recursive: true });
    return directory;
  };
  return [
    served(nodeGetInfo, async () => ({ nodeId: node, maxVolumesPerNode: 0, accessibleTopology: undefined })),
    served(nodeGetCapabilities, async () => ({
      capabilities: CAPABILITIES.map((type) => ({ rpc: { type } })),
    })),
    served(nodeStageVolume, async ({ volumeId, stagingTargetPath, publishContext }) => {
      const volume = array.volume(volumeId);
      if (!volume.attached.includes(node))
        array.refuse(`${volumeId} is staged on ${node} without an attachment`);
      if (publishContext.node !== node)
        array.refuse(`${volumeId} is staged on ${node} without the attachment's context`);
      await bind(contents(volumeId), stagingTargetPath, false);
      array.add(volume, 'staged', `${node} ${stagingTargetPath}`);
      return {};
    }),
    served(nodePublishVolume, async ({ volumeId, stagingTargetPath, targetPath, readonly }) => {
      const volume = array.volume(volumeId);
      if (!volume.staged.includes(`${node} ${stagingTargetPath}`))
        array.refuse(`${volumeId} is published on ${node} without having been staged`);
      await bind(stagingTargetPath, targetPath, readonly);
      array.add(volume, 'published', `${node} ${targetPath}`);
      return {};
    }),
    served(nodeUnpublishVolume, async ({ volumeId, targetPath }) => {
      await unbind(targetPath);
      await run('rm', '-d', '-f', targetPath);
      const volume = array.find(volumeId);
      if (volume) array.remove(volume, 'published', `${node} ${targetPath}`);
      return {};
    }),
    served(nodeUnstageVolume, async ({ volumeId, stagingTargetPath }) => {
      const volume = array.find(volumeId);
      if (volume?.published.some((where) => where.startsWith(`${node} `)))
        array.refuse(`${volumeId} is unstaged on ${node} while it is published`);
      await unbind(stagingTargetPath);
      if (volume) array.remove(volume, 'staged', `${node} ${stagingTargetPath}`);
      return {};
    }),
    served(nodeExpandVolume, async ({ volumeId }) => {
      const { bytes } = array.volume(volumeId);
      writeFileSync(join(contents(volumeId), '.expanded'), String(bytes));
      return { capacityBytes: bytes };
    }),
    served(nodeGetVolumeStats, async ({ volumeId }) => {
      const { bytes } = array.volume(volumeId);
      const used = existsSync(join(data, volumeId)) ? 4096 : 0;
      return {
        usage: [{ unit: 'BYTES' as const, total: bytes, used, available: bytes - used }],
        volumeCondition: undefined,
      };
    }),
  ];
}
