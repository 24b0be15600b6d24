// The port for files of the node: everything the kubelet reads, writes or mounts on its node goes through it. Volumes,
// containers/, eviction and server/ use it; host-files.ts is the real one, memory-files.fake.ts serves tests and sim.
import { dirname, join } from 'node:path';

/**
 * A place on the node. `root` is decided by the kubelet or by a user who may use hostPath; links in it are followed.
 * `below` are names inside the root, where pods may write: an implementation refuses to follow a link in any of them,
 * so that a pod cannot lead the kubelet, which is root, out of its volume. Only `bind` follows links.
 */
export interface NodePath {
  readonly root: string;
  readonly below: readonly string[];
}

export const nodePath = (root: string, ...below: string[]): NodePath => ({ root, below });

/** A path of which pods may write the last `count` names. */
export function pathBelow(path: string, count: number): NodePath {
  const names = path.split('/').filter(Boolean);
  const depth = Math.max(0, names.length - count);
  return nodePath(`/${names.slice(0, depth).join('/')}`, ...names.slice(depth));
}

export const inside = ({ root, below }: NodePath, ...names: string[]): NodePath => ({
  root,
  below: [...below, ...names],
});

export const parentOf = ({ root, below }: NodePath): NodePath =>
  below.length > 0 ? { root, below: below.slice(0, -1) } : { root: dirname(root), below };

/** As a plain path: for the runtime, and for messages. */
export const pathText = ({ root, below }: NodePath): string => join(root, ...below);

export type FileType = 'file' | 'directory' | 'link' | 'socket' | 'charDevice' | 'blockDevice' | 'fifo';

export interface FileStat {
  readonly type: FileType;
  /** Permission bits with setuid, setgid and sticky: 12 bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** The same for two names of one file, and for nothing else at the same time. */
  readonly id: string;
}

/** What is not given stays as it is. */
export interface Access {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** By the name that it gets in its directory. */
export interface NewFile {
  readonly data: Buffer;
  readonly access: Access;
}

/** In bytes and in numbers of inodes. */
export interface FileSystemUsage {
  readonly capacityBytes: number;
  readonly availableBytes: number;
  readonly usedBytes: number;
  readonly inodes: number;
  readonly inodesFree: number;
}

/** Of a tree of files. */
export interface TreeUsage {
  readonly bytes: number;
  readonly inodes: number;
}

export interface MemoryMount {
  /** Without it the kernel's default holds: half of the machine's memory. */
  readonly bytes?: number;
  readonly mode: number;
  readonly gid?: number;
}

/** As the arguments of mount(8). */
export interface MountCall {
  readonly type?: string;
  readonly source: string;
  readonly options?: readonly string[];
}

/** A file that stays the same one while others take its name. */
export interface OpenFile {
  stat(): Promise<FileStat>;
  /** Fills `buffer` from `position` on; how many bytes there were. */
  read(buffer: Buffer, position: number): Promise<number>;
  close(): Promise<void>;
}

export interface NodeFiles {
  /** undefined when there is nothing of that name. A link at the end of `below` is itself what is described. */
  stat(path: NodePath): Promise<FileStat | undefined>;
  /** Names in a directory, sorted; none when there is no such directory. */
  list(path: NodePath): Promise<string[]>;
  /** undefined when there is no such file. */
  read(path: NodePath): Promise<Buffer | undefined>;
  open(path: NodePath): Promise<OpenFile>;
  /** Calls `onChange` with the name of what changes in a directory, or '' when that is not known. Returns how to stop. */
  watch(directory: NodePath, onChange: (name: string) => void): () => void;

  /** With its parents; one that is there is left as it is. Whether it was made now. */
  makeDirectory(path: NodePath): Promise<boolean>;
  /** Makes a directory that is not there, in one that is, with the access and files given. */
  makeFilled(path: NodePath, access: Access, files: ReadonlyMap<string, NewFile>): Promise<void>;
  /** Creates the file or replaces its contents in place, so that a bind mount of it shows them. */
  write(path: NodePath, data: Buffer | string, access?: Access): Promise<void>;
  /** Creates an empty file unless there is one. */
  create(path: NodePath, access?: Access): Promise<void>;
  setAccess(path: NodePath, access: Access): Promise<void>;
  /** Gives a whole tree to a group: its files get 0660 added, its directories 02770. Links change owner only. */
  giveToGroup(path: NodePath, gid: number): Promise<void>;
  /** The same for a file system that is mounted at the path on the node, where the kubelet may not see it. */
  giveMounted(path: NodePath, gid: number, options: { readonly unlessDone: boolean }): Promise<void>;
  link(path: NodePath, target: string): Promise<void>;
  readLink(path: NodePath): Promise<string | undefined>;
  /** Gives the file another name in its directory, replacing what has that name. */
  rename(path: NodePath, name: string): Promise<void>;
  /**
   * Harmless when there is nothing. Never removes what a link in the tree points to, and nothing at all when something is
   * mounted at the path or below it, seen from the kubelet or from the node.
   */
  removeTree(path: NodePath): Promise<void>;
  /** The same for a tree of directories only: throws ENOTEMPTY when there is anything else in it. */
  removeDirectories(path: NodePath): Promise<void>;

  /** What a tree takes on disk; links are not followed. */
  diskUsage(path: NodePath): Promise<TreeUsage>;
  fileSystem(path: NodePath): Promise<FileSystemUsage | undefined>;
  /** Of what the containers of the node see there, within a time limit: the server of the file system may be away. */
  mountedFileSystem(path: NodePath): Promise<FileSystemUsage | undefined>;

  /**
   * Mounts `source` at `target`, where the containers of the node will see it, in place of what is mounted there. Links
   * in `source` are followed but never out of its root; missing directories are made with the root's mode. What is
   * mounted is what was opened, so that no pod can exchange it meanwhile.
   */
  bind(source: NodePath, target: NodePath): Promise<void>;
  /** Mounts a tmpfs where the containers of the node will see it, unless one is mounted there. */
  mountMemory(path: NodePath, options: MemoryMount): Promise<void>;
  /**
   * Mounts with the node's mount program where its containers will see it, unless something is mounted there. Throws with
   * what the program says; a server that is away is given up after a minute.
   */
  mount(path: NodePath, call: MountCall): Promise<void>;
  /** The same for a block device of the node: one on which there is nothing gets a file system first. */
  mountDevice(path: NodePath, call: MountCall & { readonly type: string }): Promise<void>;
  /** Grows the file system of a block device that is mounted there to the device's size. */
  growOnDevice(path: NodePath, device: string): Promise<void>;
  /** Harmless when nothing is mounted there. What does not answer is taken out of the tree after half a minute. */
  unmount(path: NodePath): Promise<void>;
  /** What is mounted at the path and below it on the node, in an order in which it can be unmounted. */
  mountsIn(path: NodePath): Promise<string[]>;
  /** Lets go of the node's mounts; what is asked for afterwards still works. */
  close(): Promise<void>;
}

/** Throws unless every name is a single one: no separators, no dots that lead elsewhere. */
export function checkNames({ below }: NodePath): void {
  for (const name of below)
    if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0'))
      throw new Error(`invalid file name ${JSON.stringify(name)}`);
}
