// containerd's snapshots: directories of layers on top of one another. The calls that are used, and the identity of what a
// stack of layers is. Used by image-mounts.ts and unpack.ts.
import { createHash } from 'node:crypto';
import { string } from '../../../kit/protobuf/codec.ts';
import { type Message, message, repeated, stringMap } from '../../../kit/protobuf/message.ts';
import type { FileSystemMount } from '../../image-types.ts';

/** The one that containers' file systems are made with: supervisor/config-file.ts. */
const snapshotter = 'overlayfs';

interface Made {
  readonly snapshotter: string;
  readonly key: string;
  readonly parent: string;
  readonly labels?: Record<string, string>;
}

export const mount: Message<FileSystemMount> = message<FileSystemMount>({
  type: [1, string],
  source: [2, string],
  options: [4, repeated(string)],
});

const path = (name: string) => `/containerd.services.snapshots.v1.Snapshots/${name}`;
const nothing = message<object>({});
const made = message<Made>({
  snapshotter: [1, string],
  key: [2, string],
  parent: [3, string],
  labels: [4, stringMap],
});
const named = message<{ snapshotter: string; key: string }>({ snapshotter: [1, string], key: [2, string] });
const mounts = message<{ mounts: FileSystemMount[] }>({ mounts: [1, repeated(mount)] });

export const prepareSnapshot = { path: path('Prepare'), request: made, response: mounts };
export const viewSnapshot = { path: path('View'), request: made, response: mounts };
export const snapshotMounts = { path: path('Mounts'), request: named, response: mounts };
export const statSnapshot = { path: path('Stat'), request: named, response: nothing };
export const removeSnapshot = { path: path('Remove'), request: named, response: nothing };
export const commitSnapshot = {
  path: path('Commit'),
  request: message<{ snapshotter: string; name: string; key: string }>({
    snapshotter: [1, string],
    name: [2, string],
    key: [3, string],
  }),
  response: nothing,
};

export const byKey = (key: string) => ({ snapshotter, key });

/** By the digests of the layers' contents, lowest first, what each stack up to that layer is called. */
export function chainIds(diffIds: readonly string[]): string[] {
  const chain: string[] = [];
  for (const [i, diff] of diffIds.entries()) {
    const below = chain[i - 1];
    const id = below && createHash('sha256').update(`${below} ${diff}`).digest('hex');
    chain.push(id ? `sha256:${id}` : diff);
  }
  return chain;
}
