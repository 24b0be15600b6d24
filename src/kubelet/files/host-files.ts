// NodeFiles on a real machine. Files are reached from the kubelet's own mount namespace; memory is mounted, and looked
// into, in the node's, which `nodeExec` enters. Made by the kubelet when its options bring no other NodeFiles.
import { constants, type Stats, watch } from 'node:fs';
import {
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  realpath,
  rename,
  stat,
  statfs,
  symlink,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { NodeExec } from '../options.ts';
import { change, giveToGroup, setAccess } from './access.ts';
import { child, makeBelow, O_DIRECTORY, withParent, withPlace } from './descend.ts';
import { diskUsage } from './disk-usage.ts';
import { NodeMounts } from './mounts/node-mounts.ts';
import {
  type Access,
  checkNames,
  type FileStat,
  type FileSystemUsage,
  type FileType,
  inside,
  type MemoryMount,
  type MountCall,
  type NewFile,
  type NodeFiles,
  type NodePath,
  type OpenFile,
  parentOf,
  pathText,
  type TreeUsage,
} from './node-files.ts';
import { isMounted, removeDirectories, removeTree } from './remove-tree.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } = constants;

export class HostFiles implements NodeFiles {
  readonly #mounts: NodeMounts;

  /** `nodeExec` runs a command in the node's namespaces. */
  constructor(nodeExec: NodeExec) {
    this.#mounts = new NodeMounts(nodeExec);
  }

  stat(path: NodePath): Promise<FileStat | undefined> {
    const read = path.below.length === 0 ? stat : lstat;
    return orMissing(withParent(path, async (text) => statOf(await read(text))));
  }

  async list(path: NodePath): Promise<string[]> {
    return ((await orMissing(withPlace(path, (_handle, text) => readdir(text)))) ?? []).sort();
  }

  async read(path: NodePath): Promise<Buffer | undefined> {
    const handle = await orMissing(this.#open(path, O_RDONLY));
    if (!handle) return undefined;
    return handle.readFile().finally(() => handle.close());
  }

  async open(path: NodePath): Promise<OpenFile> {
    const handle = await this.#open(path, O_RDONLY);
    return {
      stat: async () => statOf(await handle.stat()),
      read: async (buffer, position) => (await handle.read(buffer, 0, buffer.length, position)).bytesRead,
      close: () => handle.close(),
    };
  }

  watch(directory: NodePath, onChange: (name: string) => void): () => void {
    const watcher = watch(pathText(directory), (_event, name) => onChange(name ?? ''));
    // Callers also poll, so a watch that breaks off only delays them.
    watcher.on('error', () => {});
    return () => watcher.close();
  }

  async makeDirectory(path: NodePath): Promise<boolean> {
    if (path.below.length === 0) return (await mkdir(path.root, { recursive: true })) !== undefined;
    try {
      return await makeBelow(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await mkdir(path.root, { recursive: true });
      return makeBelow(path);
    }
  }

  async makeFilled(path: NodePath, access: Access, files: ReadonlyMap<string, NewFile>): Promise<void> {
    for (const name of files.keys()) checkNames(inside(path, name));
    await withParent(path, async (text) => {
      await mkdir(text);
      const directory = await open(text, O_DIRECTORY | O_NOFOLLOW);
      try {
        await setAccess(directory, access);
        for (const [name, file] of files) await writeNew(child(directory, name), file);
      } finally {
        await directory.close();
      }
    });
  }

  async write(path: NodePath, data: Buffer | string, access: Access = {}): Promise<void> {
    const handle = await this.#open(path, O_WRONLY | O_CREAT | O_TRUNC, access.mode);
    try {
      await handle.writeFile(data);
      await setAccess(handle, access);
    } finally {
      await handle.close();
    }
  }

  /** O_EXCL never follows a link at the last name, and never empties a file. */
  async create(path: NodePath, access: Access = {}): Promise<void> {
    const handle = await this.#open(path, O_WRONLY | O_CREAT | O_EXCL, access.mode).catch(unlessThere);
    if (!handle) return;
    await setAccess(handle, access).finally(() => handle.close());
  }

  setAccess(path: NodePath, access: Access): Promise<void> {
    return withPlace(path, async (handle, text) => {
      const found = await handle.stat();
      if (found.isSymbolicLink()) throw new Error(`${pathText(path)} is a link`);
      await change(text, found, access);
    });
  }

  giveToGroup(path: NodePath, gid: number): Promise<void> {
    return withPlace(path, (handle) => giveToGroup(handle, gid));
  }

  giveMounted(path: NodePath, gid: number, { unlessDone }: { readonly unlessDone: boolean }): Promise<void> {
    return this.#mounts.giveToGroup(path, gid, unlessDone);
  }

  link(path: NodePath, target: string): Promise<void> {
    return withParent(path, (text) => symlink(target, text));
  }

  readLink(path: NodePath): Promise<string | undefined> {
    return orMissing(withParent(path, (text) => readlink(text)));
  }

  rename(path: NodePath, name: string): Promise<void> {
    return withParent(path, (text) => rename(text, join(dirname(text), name)));
  }

  removeTree(path: NodePath): Promise<void> {
    return this.#remove(path, removeTree);
  }

  removeDirectories(path: NodePath): Promise<void> {
    return this.#remove(path, removeDirectories);
  }

  /** What is mounted on the node can be invisible here, and would be detached when its directory is removed. */
  async #remove(path: NodePath, remove: (text: string) => Promise<void>): Promise<void> {
    const checked = async (text: string) => {
      await lstat(text);
      const [mounted] = await this.#mounts.table.within(join(await realpath(dirname(text)), basename(text)));
      if (mounted !== undefined) throw isMounted(mounted);
      await remove(text);
    };
    await orMissing(withParent(path, checked));
  }

  async diskUsage(path: NodePath): Promise<TreeUsage> {
    const usage = await orMissing(withPlace(path, (handle) => diskUsage(handle)));
    return usage ?? { bytes: 0, inodes: 0 };
  }

  async fileSystem(path: NodePath): Promise<FileSystemUsage | undefined> {
    const fs = await withPlace(path, (_handle, text) => statfs(text)).catch(() => undefined);
    if (!fs) return undefined;
    return {
      capacityBytes: fs.blocks * fs.bsize,
      availableBytes: fs.bavail * fs.bsize,
      usedBytes: (fs.blocks - fs.bfree) * fs.bsize,
      inodes: fs.files,
      inodesFree: fs.ffree,
    };
  }

  mountedFileSystem(path: NodePath): Promise<FileSystemUsage | undefined> {
    return this.#mounts.measure(pathText(path));
  }

  async bind(source: NodePath, target: NodePath): Promise<void> {
    await this.unmount(target);
    await this.removeTree(target);
    await this.#mounts.bind(source, pathText(target), async (isDirectory) => {
      await this.makeDirectory(isDirectory ? target : parentOf(target));
      if (!isDirectory) await this.create(target, { mode: 0o640 });
    });
  }

  mountMemory(path: NodePath, options: MemoryMount): Promise<void> {
    return this.#mounts.mountMemory(pathText(path), options);
  }

  mount(path: NodePath, call: MountCall): Promise<void> {
    return this.#mounts.mount(pathText(path), call);
  }

  mountDevice(path: NodePath, call: MountCall & { readonly type: string }): Promise<void> {
    return this.#mounts.mountDevice(pathText(path), call);
  }

  growOnDevice(path: NodePath, device: string): Promise<void> {
    return this.#mounts.growOnDevice(pathText(path), device);
  }

  unmount(path: NodePath): Promise<void> {
    return this.#mounts.unmount(pathText(path));
  }

  mountsIn(path: NodePath): Promise<string[]> {
    return this.#mounts.table.within(pathText(path));
  }

  close(): Promise<void> {
    return this.#mounts.table.close();
  }

  /** O_NONBLOCK: a fifo that a pod made must not hold up the kubelet. */
  #open(path: NodePath, flags: number, mode = 0o644): Promise<FileHandle> {
    const noFollow = path.below.length === 0 ? 0 : O_NOFOLLOW;
    return withParent(path, (text) => open(text, flags | noFollow | O_NONBLOCK, mode));
  }
}

async function writeNew(path: string, { data, access }: NewFile): Promise<void> {
  const handle = await open(path, O_WRONLY | O_CREAT | O_EXCL, access.mode ?? 0o644);
  try {
    await handle.writeFile(data);
    await setAccess(handle, access);
  } finally {
    await handle.close();
  }
}

const FILE_TYPES: readonly [test: (stats: Stats) => boolean, type: FileType][] = [
  [(s) => s.isFile(), 'file'],
  [(s) => s.isDirectory(), 'directory'],
  [(s) => s.isSymbolicLink(), 'link'],
  [(s) => s.isSocket(), 'socket'],
  [(s) => s.isCharacterDevice(), 'charDevice'],
  [(s) => s.isBlockDevice(), 'blockDevice'],
];

const statOf = (stats: Stats): FileStat => ({
  type: FILE_TYPES.find(([test]) => test(stats))?.[1] ?? 'fifo',
  mode: stats.mode & 0o7777,
  uid: stats.uid,
  gid: stats.gid,
  size: stats.size,
  id: `${stats.dev}:${stats.ino}`,
});

/** ENOTDIR: a name on the way is a file. */
async function orMissing<T>(task: Promise<T>): Promise<T | undefined> {
  try {
    return await task;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function unlessThere(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'EEXIST') throw error;
}
