// NodeStageVolume gives an image a loop device and, unless pods get the device itself, mounts it; NodeUnstageVolume undoes that.
// Each step looks at what is there, so that a call that was cut off is completed by the next.
import type { NodeStageVolumeRequest, NodeUnstageVolumeRequest } from '../../csi/messages/node.ts';
import type { VolumeCapability } from '../../csi/messages/volume.ts';
import { GrpcError, isGrpcError } from '../../kit/grpc/status.ts';
import { HEAD_BYTES } from '../machine/ext4-state.ts';
import { type FileSystemType, fileSystemOf } from '../machine/file-systems.ts';
import { isOf, type Mount, shows } from '../machine/mount-table.ts';
import { runCheck } from '../machine/run.ts';
import { checkCapability, isReadOnly, typeOf } from '../volumes/capabilities.ts';
import type { Disk } from '../volumes/disk.ts';
import type { VolumeRecord } from '../volumes/records.ts';
import { growFileSystem, growUnmounted } from './growth.ts';

export async function stage(disk: Disk, name: string, request: NodeStageVolumeRequest): Promise<void> {
  const capability = checkCapability(request.volumeCapability);
  const point = await disk.mounts.place(request.stagingTargetPath);
  const record = await disk.volume(name);
  checkKind(record, capability);
  await requireImage(disk, name);
  if (record.type === 'block' || capability.block) {
    await disk.loops.attach(disk.volumes.images.path(name));
    return;
  }
  const { type, bytes } = record;
  const mounts = await disk.mounts.all();
  const isStaged = await isMounted(disk, name, point, mounts);
  if (!isStaged) await mountImage(disk, { name, type, bytes, point, capability, mounts });
  if (isReadOnly(capability)) return;
  await growFileSystem(disk, name, point).catch((error: unknown) => {
    // A new kubelet stages what its pods have: they keep it as it is.
    if (!isStaged || !isGrpcError(error, 'failedPrecondition')) throw error;
  });
}

/** A file system may be given to pods as a device, but a device without one cannot be mounted. */
function checkKind({ type }: VolumeRecord, capability: VolumeCapability): void {
  const wanted = typeOf(capability);
  if (wanted === 'block' || (wanted === '' ? type !== 'block' : type === wanted)) return;
  throw new GrpcError('invalidArgument', `the volume has ${type}, not ${wanted || 'a file system'}`);
}

async function requireImage({ volumes, node }: Disk, name: string): Promise<void> {
  if (!(await volumes.images.exists(name)))
    throw new GrpcError('internal', `the image of ${name} is missing on the disk of ${node}`);
}

/** Throws when something else is mounted there. */
async function isMounted(
  disk: Disk,
  name: string,
  point: string,
  mounts: readonly Mount[],
): Promise<boolean> {
  const mounted = mounts.findLast((mount) => mount.point === point);
  if (!mounted) return false;
  if (mounted.source === (await disk.deviceOf(name, mounted.source))) return true;
  throw new GrpcError('failedPrecondition', `${mounted.source} is mounted on ${point}`);
}

interface ImageMount {
  readonly name: string;
  readonly type: FileSystemType;
  readonly bytes: number;
  readonly point: string;
  readonly capability: VolumeCapability;
  readonly mounts: readonly Mount[];
}

async function mountImage(disk: Disk, image: ImageMount): Promise<void> {
  const { name, type, bytes, point, capability, mounts } = image;
  const { images } = disk.volumes;
  const { mountOptions } = fileSystemOf(type);
  // Pods with the rights to trim may have given back some of it.
  await images.reserve(name, bytes);
  const device = await disk.loops.attach(images.path(name));
  try {
    // One that is mounted elsewhere must not be repaired, and need not be.
    const mounted = mounts.some((mount) => mount.source === device);
    if (!mounted) {
      await checkFileSystem(disk, name, type, device);
      await growUnmounted(disk, name, device);
    }
    const readonly = isReadOnly(capability) ? ['ro'] : [];
    const options = [...mountOptions, ...(capability.mount?.mountFlags ?? []), ...readonly];
    await disk.mounts.mount(device, type, options, point);
  } catch (error) {
    await disk.loops.detach(images.path(name)).catch(() => {});
    throw error;
  }
}

/** A program is started only if there is something to look for. */
async function checkFileSystem(
  { run, volumes }: Disk,
  name: string,
  type: FileSystemType,
  device: string,
): Promise<void> {
  const { check, isClean } = fileSystemOf(type);
  if (!check || isClean?.(await volumes.images.head(name, HEAD_BYTES))) return;
  await runCheck(run, check(device));
}

export async function unstage(disk: Disk, name: string, request: NodeUnstageVolumeRequest): Promise<void> {
  const point = await disk.mounts.place(request.stagingTargetPath);
  const mounts = await disk.mounts.all();
  const there = mounts.find((mount) => mount.point === point)?.source;
  const device = await disk.deviceOf(name, there);
  const elsewhere = device && mounts.find((mount) => shows(mount, device) && mount.point !== point);
  if (elsewhere)
    throw new GrpcError('failedPrecondition', `${disk.id(name)} is still published: ${elsewhere.point}`);
  await disk.mounts.unmount(point, (mount) => isOf(device, mount));
  if (device) await disk.loops.detach(disk.volumes.images.path(name), device);
  else if (there) await disk.loops.detachDevice(there);
}
