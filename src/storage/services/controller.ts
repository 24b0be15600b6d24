// The Controller service but for snapshots: volumes made, deleted and grown, and what room there is.
import { type Served, served } from '../../csi/caller.ts';
import {
  type ControllerCapability,
  controllerExpandVolume,
  controllerGetCapabilities,
  controllerGetVolume,
  createVolume as createVolumeMethod,
  deleteVolume as deleteVolumeMethod,
  type GetCapacityRequest,
  getCapacity,
} from '../../csi/messages/controller.ts';
import type { CapacityRange } from '../../csi/messages/volume.ts';
import { GrpcError } from '../../kit/grpc/status.ts';
import { fileSystemOf } from '../machine/file-systems.ts';
import { TOPOLOGY_KEY } from '../names.ts';
import { checkCapabilities } from '../volumes/capabilities.ts';
import { conditionOf } from '../volumes/condition.ts';
import type { Disk } from '../volumes/disk.ts';
import { chooseBytes, MIB } from '../volumes/sizes.ts';
import { answer, createVolume } from './creation.ts';

const CAPABILITIES: readonly ControllerCapability[] = [
  'CREATE_DELETE_VOLUME',
  'GET_CAPACITY',
  'CREATE_DELETE_SNAPSHOT',
  'LIST_SNAPSHOTS',
  'CLONE_VOLUME',
  'EXPAND_VOLUME',
  'GET_VOLUME',
  'VOLUME_CONDITION',
  'SINGLE_NODE_MULTI_WRITER',
];

export const controllerService = (disk: Disk): Served[] => [
  served(controllerGetCapabilities, async () => ({
    capabilities: CAPABILITIES.map((type) => ({ rpc: { type } })),
  })),
  served(createVolumeMethod, async (request) => ({ volume: await createVolume(disk, request) })),
  served(deleteVolumeMethod, async ({ volumeId }) => {
    const name = disk.name(volumeId);
    if (name !== undefined) await disk.volumeTurn(name, () => deleteVolume(disk, name));
    return {};
  }),
  served(controllerExpandVolume, ({ volumeId, capacityRange }) => {
    const name = disk.existing('volume', volumeId);
    return disk.volumeTurn(name, () => expandVolume(disk, name, capacityRange));
  }),
  served(controllerGetVolume, async ({ volumeId }) => {
    const name = disk.existing('volume', volumeId);
    const record = await disk.volume(name);
    const { device, condition } = await conditionOf(disk, name);
    const status = { publishedNodeIds: device ? [disk.node] : [], volumeCondition: condition };
    return { volume: answer(disk, name, record), status };
  }),
  served(getCapacity, (request) => capacity(disk, request)),
];

/** Without effect on one that is gone. Its record goes first: from then on nothing but the removal can be done with the image. */
async function deleteVolume(disk: Disk, name: string): Promise<void> {
  const device = await disk.deviceOf(name);
  if (device)
    throw new GrpcError('failedPrecondition', `${disk.id(name)} is in use on the node, as ${device}`);
  await disk.volumes.records.remove(name);
  await disk.volumes.images.remove(name);
}

/** Never smaller. The node makes device and file system as large as the image. */
async function expandVolume(disk: Disk, name: string, range: CapacityRange | undefined) {
  if (!range) throw new GrpcError('invalidArgument', 'the size is missing');
  const record = await disk.volume(name);
  const bytes = chooseBytes({ ...range, requiredBytes: Math.max(range.requiredBytes, record.bytes) }, 0);
  if (bytes > record.bytes) {
    await disk.withRoom(bytes - record.bytes, () => disk.volumes.images.reserve(name, bytes));
    await disk.volumes.records.write(name, { ...record, bytes });
  }
  return { capacityBytes: bytes, nodeExpansionRequired: true };
}

async function capacity(disk: Disk, request: GetCapacityRequest) {
  const { accessibleTopology, volumeCapabilities } = request;
  const usage = volumeCapabilities.length > 0 ? checkCapabilities(volumeCapabilities) : '';
  const minimum = usage === 'block' ? MIB : fileSystemOf(usage || 'ext4').minimumBytes;
  const here = (accessibleTopology?.segments[TOPOLOGY_KEY] ?? disk.node) === disk.node;
  const room = here ? await disk.offered() : 0;
  return { availableCapacity: room, maximumVolumeSize: room, minimumVolumeSize: minimum };
}
