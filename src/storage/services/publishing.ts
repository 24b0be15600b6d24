// NodePublishVolume shows a staged volume to one pod: its file system, or its device's file, is bound on the pod's path.
import type { NodePublishVolumeRequest, NodeUnpublishVolumeRequest } from '../../csi/messages/node.ts';
import { GrpcError } from '../../kit/grpc/status.ts';
import { isOf, type Mount, shows } from '../machine/mount-table.ts';
import { checkCapability, isAlone, isReadOnly } from '../volumes/capabilities.ts';
import type { Disk } from '../volumes/disk.ts';

export async function publish(disk: Disk, name: string, request: NodePublishVolumeRequest): Promise<void> {
  const capability = checkCapability(request.volumeCapability);
  const readonly = request.readonly || isReadOnly(capability);
  const [staging, target] = [
    await disk.mounts.place(request.stagingTargetPath),
    await disk.mounts.place(request.targetPath),
  ];
  await disk.volume(name);
  const mounts = await disk.mounts.all();
  const device = await stagedDevice(disk, name, mounts.find(({ point }) => point === staging)?.source);
  const there = mounts.findLast(({ point }) => point === target);
  if (there && !shows(there, device))
    throw new GrpcError('failedPrecondition', `${there.source} is mounted on ${target}`);
  const others = mounts.filter((mount) => shows(mount, device) && ![staging, target].includes(mount.point));
  if (isAlone(capability) && others.length > 0)
    throw new GrpcError('failedPrecondition', `${disk.id(name)} is published already, for one pod only`);
  if (there) return void (readonly && (await makeReadOnly(disk, there)));
  if (capability.block) return disk.mounts.bind(device, target, 'file', readonly);
  if (!mounts.some(({ point, source }) => point === staging && source === device))
    throw new GrpcError('failedPrecondition', `${disk.id(name)} is not staged on ${staging}`);
  await disk.mounts.bind(staging, target, 'directory', readonly);
}

async function stagedDevice(disk: Disk, name: string, likely: string | undefined): Promise<string> {
  const staged = await disk.deviceOf(name, likely);
  if (!staged) throw new GrpcError('failedPrecondition', `${disk.id(name)} is not staged`);
  return staged;
}

async function makeReadOnly({ mounts }: Disk, { options, point }: Mount): Promise<void> {
  if (!options.includes('ro')) await mounts.makeReadOnly(point);
}

/** Without effect where nothing is published. */
export async function unpublish(
  disk: Disk,
  name: string,
  request: NodeUnpublishVolumeRequest,
): Promise<void> {
  const target = await disk.mounts.place(request.targetPath);
  const there = (await disk.mounts.all()).find(({ point }) => point === target)?.source;
  const device = await disk.deviceOf(name, there);
  await disk.mounts.unmount(target, (mount) => isOf(device, mount));
  await disk.mounts.remove(target);
}
