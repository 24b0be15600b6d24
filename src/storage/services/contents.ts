// The image of a new volume: empty, or with what a snapshot or another volume has in it. Called by creation.ts.
import type { CapacityRange } from '../../csi/messages/volume.ts';
import { GrpcError } from '../../kit/grpc/status.ts';
import { fileSystemOf } from '../machine/file-systems.ts';
import type { Usage } from '../volumes/capabilities.ts';
import { contentBytes, copyVolume } from '../volumes/copy.ts';
import type { Disk } from '../volumes/disk.ts';
import type { Contents, Source, VolumeRecord } from '../volumes/records.ts';
import { chooseBytes, MIB } from '../volumes/sizes.ts';

interface NewVolume {
  readonly name: string;
  readonly usage: Usage;
  readonly range: CapacityRange | undefined;
  readonly source: Source | undefined;
}

export function makeContents(disk: Disk, volume: NewVolume): Promise<VolumeRecord> {
  const { source } = volume;
  if (!source) return makeEmpty(disk, volume);
  return source.kind === 'snapshot'
    ? makeFromSnapshot(disk, volume, source)
    : makeClone(disk, volume, source);
}

async function makeEmpty(disk: Disk, { name, usage, range }: NewVolume): Promise<VolumeRecord> {
  const { images } = disk.volumes;
  const type = usage || (await disk.defaultType(range?.requiredBytes ?? 0));
  const bytes = chooseBytes(range, type === 'block' ? MIB : fileSystemOf(type).minimumBytes);
  await disk.withRoom(bytes, () => images.make(name, (draft) => images.fillNew(draft, bytes, type)));
  return { bytes, type, fileSystemBytes: bytes, sharedBytes: 0 };
}

async function makeFromSnapshot(disk: Disk, volume: NewVolume, source: Source): Promise<VolumeRecord> {
  const record = await disk.snapshot(source.name);
  const copied = copiedContents(record, volume);
  const image = disk.snapshots.images.path(source.name);
  const shared = await disk.shares();
  await makeCopy(disk, volume.name, copied.bytes, (draft) =>
    disk.volumes.images.fillFrom(draft, image, shared),
  );
  return { ...copied, source };
}

async function makeClone(disk: Disk, volume: NewVolume, source: Source): Promise<VolumeRecord> {
  const record = await disk.volume(source.name);
  const copied = copiedContents(record, volume);
  const sharedBytes = (await disk.shares()) ? await contentBytes(disk, source.name, record) : 0;
  await makeCopy(disk, volume.name, copied.bytes, (draft) => copyVolume(disk, source.name, record, draft));
  return { ...copied, sharedBytes, source };
}

function makeCopy(disk: Disk, name: string, bytes: number, fill: (draft: string) => Promise<void>) {
  const { images } = disk.volumes;
  return disk.withRoom(bytes, () =>
    images.make(name, async (draft) => {
      await fill(draft);
      await images.extend(draft, bytes);
    }),
  );
}

/** A copy has the file system of its source, which may have to grow. */
function copiedContents(
  { bytes, type, fileSystemBytes, sharedBytes }: Contents,
  volume: NewVolume,
): Contents {
  const { usage, range } = volume;
  const suitable = usage === '' ? type !== 'block' : usage === 'block' || usage === type;
  if (!suitable)
    throw new GrpcError('invalidArgument', `the source has ${type}, not ${usage || 'a file system'}`);
  if (range?.limitBytes && range.limitBytes < bytes)
    throw new GrpcError('outOfRange', `the source has ${bytes} bytes`);
  const size = chooseBytes(range?.requiredBytes ? range : { requiredBytes: bytes, limitBytes: 0 }, bytes);
  return { bytes: size, type: usage || type, fileSystemBytes, sharedBytes };
}
