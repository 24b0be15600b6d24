// How a volume may be used, and with which mount options. Pure. Called for each request that carries a capability.
import type { VolumeCapability } from '../../csi/messages/volume.ts';
import { GrpcError } from '../../kit/grpc/status.ts';
import { checkType, type FileSystemType } from '../machine/file-systems.ts';

/** '' is a file system of no particular type. */
export type Usage = FileSystemType | '' | 'block';

const ONE_NODE = [
  'SINGLE_NODE_WRITER',
  'SINGLE_NODE_READER_ONLY',
  'SINGLE_NODE_SINGLE_WRITER',
  'SINGLE_NODE_MULTI_WRITER',
];

/** Those of mount(8) that change what the pods of this volume see, and nothing else. */
const FLAGS = new Set([
  ...['ro', 'rw', 'sync', 'async', 'dirsync', 'lazytime', 'nolazytime'],
  ...['atime', 'noatime', 'diratime', 'nodiratime', 'relatime', 'norelatime', 'strictatime', 'nostrictatime'],
  ...['nodev', 'noexec', 'nosuid', 'dev', 'exec', 'suid', 'nosymfollow'],
  ...['barrier', 'nobarrier', 'barrier=0', 'barrier=1', 'data=ordered', 'data=writeback', 'data=journal'],
  ...['acl', 'user_xattr', 'delalloc', 'nodelalloc', 'discard', 'nodiscard'],
]);
const COMMIT = /^commit=[0-9]{1,3}$/;

export function checkCapability(capability: VolumeCapability | undefined): VolumeCapability {
  if (!capability || !capability.block === !capability.mount)
    throw new GrpcError('invalidArgument', 'the capability of the volume is missing: block or mount');
  const mode = capability.accessMode?.mode ?? 'UNKNOWN';
  if (!ONE_NODE.includes(mode))
    throw new GrpcError(
      'invalidArgument',
      `access mode ${mode} is not possible: a volume belongs to one node`,
    );
  for (const flag of capability.mount?.mountFlags ?? [])
    if (!FLAGS.has(flag) && !COMMIT.test(flag))
      throw new GrpcError('invalidArgument', `mount option "${flag.slice(0, 64)}" is not allowed`);
  return capability;
}

/** What all of them ask for: a type, '' for none in particular, or `block`. */
export function checkCapabilities(all: readonly VolumeCapability[]): Usage {
  if (all.length === 0) throw new GrpcError('invalidArgument', 'capabilities of the volume are missing');
  const kinds = new Set(all.map(checkCapability).map(typeOf));
  if (kinds.size > 1) throw new GrpcError('invalidArgument', 'the capabilities exclude one another');
  const [kind = ''] = kinds;
  return kind;
}

export function typeOf({ block, mount }: VolumeCapability): Usage {
  if (block) return 'block';
  return mount?.fsType ? checkType(mount.fsType) : '';
}

export const isReadOnly = ({ accessMode, mount }: VolumeCapability): boolean =>
  accessMode?.mode === 'SINGLE_NODE_READER_ONLY' || (mount?.mountFlags.includes('ro') ?? false);

export const isAlone = ({ accessMode }: VolumeCapability): boolean =>
  accessMode?.mode === 'SINGLE_NODE_SINGLE_WRITER';
