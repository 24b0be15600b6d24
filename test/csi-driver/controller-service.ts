// Identity and Controller service of the tests' driver.
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Served, served } from '../../src/csi/caller.ts';
import {
  type ControllerCapability,
  controllerExpandVolume,
  controllerGetCapabilities,
  controllerPublishVolume,
  controllerUnpublishVolume,
  createVolume,
  deleteVolume,
} from '../../src/csi/messages/controller.ts';
import { getPluginCapabilities, getPluginInfo, probe } from '../../src/csi/messages/identity.ts';
import {
  type CsiSnapshot,
  createSnapshot,
  deleteSnapshot,
  listSnapshots,
} from '../../src/csi/messages/snapshots.ts';
import { systemClock } from '../../src/kit/clock.ts';
import type { ArraySnapshot, StorageArray } from './array.ts';

const CAPABILITIES: ControllerCapability[] = [
  'CREATE_DELETE_VOLUME',
  'PUBLISH_UNPUBLISH_VOLUME',
  'CREATE_DELETE_SNAPSHOT',
  'LIST_SNAPSHOTS',
  'CLONE_VOLUME',
  'EXPAND_VOLUME',
];

export const identityService = (name: string): Served[] => [
  served(getPluginInfo, async () => ({ name, vendorVersion: '1', manifest: {} })),
  served(getPluginCapabilities, async () => ({
    capabilities: [
      { service: { type: 'CONTROLLER_SERVICE' as const }, volumeExpansion: undefined },
      { service: undefined, volumeExpansion: { type: 'ONLINE' as const } },
    ],
  })),
  served(probe, async () => ({ ready: true })),
];

export function controllerService(array: StorageArray, data: string): Served[] {
  const copy = (from: string, to: string) => {
    if (!existsSync(from)) mkdirSync(from, { recursive: true });
    cpSync(from, to, { recursive: true });
  };
  return [
    served(controllerGetCapabilities, async () => ({
      capabilities: CAPABILITIES.map((type) => ({ rpc: { type } })),
    })),
    served(createVolume, async ({ name, capacityRange, volumeContentSource: source }) => {
      const volume = array.create(name, capacityRange?.requiredBytes ?? 1 << 30);
      const from = source?.snapshot?.snapshotId ?? source?.volume?.volumeId;
      if (from) copy(join(data, from), join(data, volume.id));
      return {
        volume: {
          capacityBytes: volume.bytes,
          volumeId: volume.id,
          volumeContext: { from: 'array' },
          contentSource: source,
          accessibleTopology: [],
        },
      };
    }),
    served(deleteVolume, async ({ volumeId }) => {
      array.delete(volumeId);
      rmSync(join(data, volumeId), { recursive: true, force: true });
      return {};
    }),
    served(controllerPublishVolume, async ({ volumeId, nodeId }) => {
      const volume = array.volume(volumeId);
      const other = volume.attached.find((node) => node !== nodeId);
      if (other) array.refuse(`${volumeId} is to be attached to ${nodeId} while it is attached to ${other}`);
      array.add(volume, 'attached', nodeId);
      return { publishContext: { node: nodeId } };
    }),
    served(controllerUnpublishVolume, async ({ volumeId, nodeId }) => {
      const volume = array.find(volumeId);
      if (!volume) return {};
      if (volume.staged.some((where) => where.startsWith(`${nodeId} `)))
        array.refuse(`${volumeId} is detached from ${nodeId} while it is staged`);
      array.remove(volume, 'attached', nodeId);
      return {};
    }),
    served(controllerExpandVolume, async ({ volumeId, capacityRange }) => {
      const volume = array.volume(volumeId);
      array.grow(volume, capacityRange?.requiredBytes ?? 0);
      return { capacityBytes: volume.bytes, nodeExpansionRequired: true };
    }),
    served(createSnapshot, async ({ sourceVolumeId, name }) => {
      const snapshot = array.snapshot(name, sourceVolumeId, Math.floor(systemClock.now() / 1000));
      if (!existsSync(join(data, snapshot.id))) copy(join(data, sourceVolumeId), join(data, snapshot.id));
      return { snapshot: csiSnapshot(snapshot) };
    }),
    served(deleteSnapshot, async ({ snapshotId }) => {
      array.deleteSnapshot(snapshotId);
      rmSync(join(data, snapshotId), { recursive: true, force: true });
      return {};
    }),
    served(listSnapshots, async ({ snapshotId }) => ({
      entries: array.snapshots
        .filter(({ id }) => !snapshotId || id === snapshotId)
        .map((snapshot) => ({ snapshot: csiSnapshot(snapshot) })),
      nextToken: '',
    })),
  ];
}

const csiSnapshot = ({ id, source, bytes, seconds }: ArraySnapshot): CsiSnapshot => ({
  sizeBytes: bytes,
  snapshotId: id,
  sourceVolumeId: source,
  creationTime: { seconds, nanos: 0 },
  readyToUse: true,
  groupSnapshotId: '',
});
