// A volume that its record says is larger becomes so on the node, while pods use it: the loop device first, then the file system.
// Called after an expansion, and when a volume whose file system is smaller than its image is staged.
import type { NodeExpandVolumeRequest } from '../../csi/messages/node.ts';
import { ExecError } from '../../kit/exec.ts';
import { GrpcError } from '../../kit/grpc/status.ts';
import { fileSystemOf } from '../machine/file-systems.ts';
import { long, runCheck } from '../machine/run.ts';
import type { Disk } from '../volumes/disk.ts';

export async function growOnNode(disk: Disk, name: string, request: NodeExpandVolumeRequest) {
  const path = await disk.mounts.place(request.volumePath);
  const record = await disk.volume(name);
  const { requiredBytes = 0 } = request.capacityRange ?? {};
  if (requiredBytes > record.bytes)
    throw new GrpcError('outOfRange', `${disk.id(name)} has ${record.bytes} bytes, not ${requiredBytes}`);
  const device = await disk.deviceOf(name);
  if (!device) throw new GrpcError('failedPrecondition', `${disk.id(name)} is not staged`);
  const mounted = (await disk.mounts.all()).find(({ source }) => source === device);
  if (!mounted && record.type !== 'block' && !request.volumeCapability?.block)
    throw new GrpcError('notFound', `${disk.id(name)} is not mounted on ${path}`);
  if (mounted) await growFileSystem(disk, name, mounted.point);
  else await disk.loops.refresh(device);
  return { capacityBytes: record.bytes };
}

/** Without effect if there is nothing to grow. `point` is where it is mounted. */
export async function growFileSystem(disk: Disk, name: string, point: string): Promise<void> {
  const record = await disk.volume(name);
  if (record.type === 'block' || record.fileSystemBytes >= record.bytes) return;
  const device = await disk.loops.attach(disk.volumes.images.path(name));
  await disk.loops.refresh(device);
  await long(disk.run)(fileSystemOf(record.type).grow(device, point)).catch(explain);
  await disk.volumes.records.write(name, { ...record, fileSystemBytes: record.bytes });
}

/** The same before it is mounted, which works without rights that some machines withhold. */
export async function growUnmounted(disk: Disk, name: string, device: string): Promise<void> {
  const record = await disk.volume(name);
  if (record.type === 'block' || record.fileSystemBytes >= record.bytes) return;
  const { growUnmounted: commands } = fileSystemOf(record.type);
  if (!commands) return;
  await disk.loops.refresh(device);
  for (const command of commands(device)) await runCheck(disk.run, command);
  await disk.volumes.records.write(name, { ...record, fileSystemBytes: record.bytes });
}

/** ext4 grows while it is mounted only for those who have CAP_SYS_RESOURCE. */
function explain(error: unknown): never {
  if (!(error instanceof ExecError) || !error.result.stderr.includes('Permission denied')) throw error;
  const message =
    'this machine does not let a file system grow while it is mounted: it will when it is staged again';
  throw new GrpcError('failedPrecondition', message, { cause: error });
}
