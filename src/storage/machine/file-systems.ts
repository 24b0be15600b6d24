// The file systems that volumes may have: how each is made, checked, mounted and grown. Pure: gives commands.
import { GrpcError } from '../../kit/grpc/status.ts';
import { MIB } from '../volumes/sizes.ts';
import { isCleanExt4 } from './ext4-state.ts';

type Command = readonly string[];

export interface FileSystem {
  readonly minimumBytes: number;
  /** On an image of zeros. */
  make(image: string, bytes: number): readonly Command[];
  /** Repairs what is safe to repair; undefined where mounting does that. */
  readonly check?: (device: string) => Command;
  /** From the first HEAD_BYTES: a check would do nothing. */
  readonly isClean?: (head: Buffer) => boolean;
  readonly mountOptions: readonly string[];
  /** While it is mounted. */
  grow(device: string, point: string): Command;
  /** While it is not mounted; undefined where that cannot be done. */
  readonly growUnmounted?: (device: string) => readonly Command[];
}

/** Without effect, and without an error, if there is none or something is in it. */
const removeLostAndFound = (device: string): Command => ['debugfs', '-w', '-R', 'rmdir lost+found', device];

/** Smaller ones have blocks of 1 KiB: there is room for a journal then. */
const LARGE_BLOCKS_BYTES = 64 * MIB;

/**
 * The volume is empty when a pod gets it: databases refuse directories with a lost+found in them; a check makes it again when it is
 * needed. Images are zeros already, so neither journal nor inode tables are written, now or in the background (noinit_itable), which
 * also keeps snapshots small. After an error nothing more is written.
 */
const ext4: FileSystem = {
  minimumBytes: MIB,
  make: (image, bytes) => [
    [
      ...['mkfs.ext4', '-q', '-F', '-m', '0', '-e', 'remount-ro'],
      ...['-E', 'nodiscard,lazy_itable_init=1,lazy_journal_init=1'],
      ...(bytes >= LARGE_BLOCKS_BYTES ? ['-b', '4096'] : []),
      image,
    ],
    removeLostAndFound(image),
  ],
  check: (device) => ['e2fsck', '-p', device],
  isClean: isCleanExt4,
  mountOptions: ['noinit_itable'],
  grow: (device) => ['resize2fs', device],
  growUnmounted: (device) => [
    ['e2fsck', '-f', '-p', device],
    ['resize2fs', device],
    removeLostAndFound(device),
  ],
};

/** Clones have the id of what they were made from. */
const xfs: FileSystem = {
  minimumBytes: 300 * MIB,
  make: (image) => [['mkfs.xfs', '-q', '-K', image]],
  mountOptions: ['nouuid'],
  grow: (_device, point) => ['xfs_growfs', point],
};

const ALL = { ext4, xfs };
export type FileSystemType = keyof typeof ALL;

export const fileSystemOf = (type: FileSystemType): FileSystem => ALL[type];

export const isType = (type: string): type is FileSystemType => Object.hasOwn(ALL, type);

export function checkType(type: string): FileSystemType {
  if (isType(type)) return type;
  throw new GrpcError('invalidArgument', `file system "${type.slice(0, 64)}" is not offered: ext4, xfs`);
}
