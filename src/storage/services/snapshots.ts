// The Controller service's snapshots: images of volumes as they were at one moment, independent of them from then on.
import { type Served, served } from '../../csi/caller.ts';
import {
  type CreateSnapshotRequest,
  type CsiSnapshot,
  createSnapshot as createSnapshotMethod,
  deleteSnapshot,
  type ListSnapshotsRequest,
  type ListSnapshotsResponse,
  listSnapshots,
} from '../../csi/messages/snapshots.ts';
import { GrpcError } from '../../kit/grpc/status.ts';
import { checkName } from '../names.ts';
import { contentBytes, copyVolume } from '../volumes/copy.ts';
import type { Disk } from '../volumes/disk.ts';
import type { SnapshotRecord } from '../volumes/records.ts';

export const snapshotService = (disk: Disk): Served[] => [
  served(createSnapshotMethod, (request) => createSnapshot(disk, request)),
  served(deleteSnapshot, async ({ snapshotId }) => {
    const name = disk.name(snapshotId);
    if (name === undefined) return {};
    await disk.turn([{ kind: 'snapshot', name }], async () => {
      await disk.snapshots.records.remove(name);
      await disk.snapshots.images.remove(name);
    });
    return {};
  }),
  served(listSnapshots, (request) => list(disk, request)),
];

async function createSnapshot(disk: Disk, request: CreateSnapshotRequest) {
  const name = checkName(request.name);
  const volume = disk.existing('volume', request.sourceVolumeId);
  const things = [
    { kind: 'snapshot', name },
    { kind: 'volume', name: volume },
  ] as const;
  return disk.turn(things, async () => {
    const found = await disk.snapshots.records.read(name);
    if (found && found.volume !== volume)
      throw new GrpcError('alreadyExists', `snapshot ${name} is of the volume ${disk.id(found.volume)}`);
    const record = found ?? (await take(disk, name, volume));
    return { snapshot: answer(disk, name, record) };
  });
}

async function take(disk: Disk, name: string, volume: string): Promise<SnapshotRecord> {
  const { images, records } = disk.snapshots;
  const source = await disk.volume(volume);
  const content = await contentBytes(disk, volume, source);
  const sharedBytes = (await disk.shares()) ? content : 0;
  const created = disk.clock.now();
  await disk.withRoom(content, () => images.make(name, (draft) => copyVolume(disk, volume, source, draft)));
  const { bytes, type, fileSystemBytes } = source;
  const record = { volume, bytes, type, fileSystemBytes, sharedBytes, created };
  await records.write(name, record);
  return record;
}

const answer = (disk: Disk, name: string, { volume, bytes, created }: SnapshotRecord): CsiSnapshot => ({
  snapshotId: disk.id(name),
  sourceVolumeId: disk.id(volume),
  sizeBytes: bytes,
  creationTime: { seconds: Math.floor(created / 1000), nanos: (created % 1000) * 1_000_000 },
  readyToUse: true,
  groupSnapshotId: '',
});

/** In the order of names; the token is the name with which the next page starts. */
async function list(disk: Disk, request: ListSnapshotsRequest): Promise<ListSnapshotsResponse> {
  const { maxEntries, startingToken, snapshotId, sourceVolumeId } = request;
  if (maxEntries < 0) throw new GrpcError('invalidArgument', 'the number of entries is negative');
  const found = (await disk.snapshots.records.all())
    .map(([name, record]) => answer(disk, name, record))
    .filter((one) => snapshotId === '' || one.snapshotId === snapshotId)
    .filter((one) => sourceVolumeId === '' || one.sourceVolumeId === sourceVolumeId);
  const start = startingToken === '' ? 0 : found.findIndex((one) => one.snapshotId === startingToken);
  if (start < 0) throw new GrpcError('aborted', 'the token is not one of a snapshot: start again');
  const end = maxEntries > 0 ? start + maxEntries : found.length;
  return {
    entries: found.slice(start, end).map((snapshot) => ({ snapshot })),
    nextToken: found[end]?.snapshotId ?? '',
  };
}
