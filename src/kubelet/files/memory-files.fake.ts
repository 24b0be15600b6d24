// NodeFiles in memory: for tests and the simulation, where no real file may be touched. Passes the same contract as the
// real one. Mounts and the size of the file system are open to tests.
import { type Entry, failure, MemoryTree, statOf } from './memory-tree.fake.ts';
import {
  type Access,
  checkNames,
  type FileStat,
  type FileSystemUsage,
  inside,
  type MemoryMount,
  type MountCall,
  type NewFile,
  type NodeFiles,
  type NodePath,
  nodePath,
  type OpenFile,
  parentOf,
  pathText,
  type TreeUsage,
} from './node-files.ts';

const BLOCK = 4096;

export class MemoryFiles implements NodeFiles {
  readonly #tree = new MemoryTree();
  readonly #watchers = new Map<string, Set<(name: string) => void>>();
  /** How to undo each mount, by path. */
  readonly #undo = new Map<string, () => void>();
  /** Memory that is mounted, by path. */
  readonly mounts = new Map<string, MemoryMount>();
  /** What else is mounted, by path. */
  readonly calls = new Map<string, MountCall>();
  /** Device and path of each growth. */
  readonly grown: string[] = [];
  /** The real paths of what is bound, by the path at which it is seen. */
  readonly binds = new Map<string, string>();
  usage: FileSystemUsage = {
    capacityBytes: 100 * 2 ** 30,
    availableBytes: 90 * 2 ** 30,
    usedBytes: 10 * 2 ** 30,
    inodes: 1_000_000,
    inodesFree: 900_000,
  };

  async stat(path: NodePath): Promise<FileStat | undefined> {
    const entry = this.#tree.find(path);
    return entry && statOf(entry);
  }

  async list(path: NodePath): Promise<string[]> {
    return [...(this.#tree.find(path)?.children.keys() ?? [])].sort();
  }

  async read(path: NodePath): Promise<Buffer | undefined> {
    const entry = this.#tree.find(path);
    return entry && this.#file(entry, path).data;
  }

  async open(path: NodePath): Promise<OpenFile> {
    const entry = this.#tree.find(path);
    if (!entry) throw failure('ENOENT', pathText(path));
    const file = this.#file(entry, path);
    return {
      stat: async () => statOf(file),
      read: async (buffer, position) => file.data.copy(buffer, 0, position),
      close: async () => {},
    };
  }

  watch(directory: NodePath, onChange: (name: string) => void): () => void {
    const text = this.#tree.real(pathText(directory));
    const watchers = this.#watchers.get(text) ?? new Set();
    this.#watchers.set(text, watchers.add(onChange));
    return () => void watchers.delete(onChange);
  }

  async makeDirectory({ root, below }: NodePath): Promise<boolean> {
    let made = false;
    const names = this.#tree.real(root).split('/').filter(Boolean);
    const steps = [
      ...names.map((_, i) => nodePath(`/${names.slice(0, i + 1).join('/')}`)),
      ...below.map((_, i) => nodePath(root, ...below.slice(0, i + 1))),
    ];
    for (const step of steps) {
      const { directory, name, entry } = this.#tree.place(step);
      made = !entry;
      if (!entry) directory.children.set(name, this.#tree.make('directory', 0o755));
      else if (entry.type !== 'directory') throw failure('EEXIST', pathText(step));
    }
    return made;
  }

  async makeFilled(path: NodePath, access: Access, files: ReadonlyMap<string, NewFile>): Promise<void> {
    const { directory, name, entry } = this.#tree.place(path);
    if (entry) throw failure('EEXIST', pathText(path));
    for (const file of files.keys()) checkNames(inside(path, file));
    directory.children.set(name, this.#tree.make('directory', 0o755));
    await this.setAccess(path, access);
    for (const [file, { data, access }] of files) await this.write(inside(path, file), data, access);
  }

  async write(path: NodePath, data: Buffer | string, access: Access = {}): Promise<void> {
    const entry = this.#file(this.#make(path), path);
    entry.data = Buffer.from(data);
    Object.assign(entry, defined(access));
    this.#changed(path);
  }

  async create(path: NodePath, access: Access = {}): Promise<void> {
    if (this.#tree.find(path)) return;
    Object.assign(this.#make(path), defined(access));
    this.#changed(path);
  }

  async setAccess(path: NodePath, access: Access): Promise<void> {
    const entry = this.#existing(path);
    if (entry.type === 'link') throw new Error(`${pathText(path)} is a link`);
    Object.assign(entry, defined(access));
  }

  async giveToGroup(path: NodePath, gid: number): Promise<void> {
    for (const entry of walk(this.#existing(path))) {
      entry.gid = gid;
      if (entry.type !== 'link') entry.mode |= entry.type === 'directory' ? 0o2770 : 0o660;
    }
  }

  async giveMounted(path: NodePath, gid: number, { unlessDone }: { unlessDone: boolean }): Promise<void> {
    const root = this.#existing(path);
    if (!unlessDone || root.gid !== gid || (root.mode & 0o2770) !== 0o2770) await this.giveToGroup(path, gid);
  }

  async link(path: NodePath, target: string): Promise<void> {
    const { directory, name, entry } = this.#tree.place(path);
    if (entry) throw failure('EEXIST', pathText(path));
    directory.children.set(name, this.#tree.make('link', 0o777, target));
  }

  async readLink(path: NodePath): Promise<string | undefined> {
    const entry = this.#tree.find(path);
    if (entry && entry.type !== 'link') throw failure('EINVAL', pathText(path));
    return entry?.target;
  }

  async rename(path: NodePath, newName: string): Promise<void> {
    const { directory, name, entry } = this.#tree.place(path);
    if (!entry) throw failure('ENOENT', pathText(path));
    directory.children.delete(name);
    directory.children.set(newName, entry);
    this.#changed(path);
  }

  async removeTree(path: NodePath): Promise<void> {
    if (!this.#tree.find(path)) return;
    const { directory, name } = this.#tree.place(path);
    if ((await this.mountsIn(path)).length > 0) throw failure('EBUSY', pathText(path));
    directory.children.delete(name);
    this.#changed(path);
  }

  async removeDirectories(path: NodePath): Promise<void> {
    const entry = this.#tree.find(path);
    const files = [...(entry ? walk(entry) : [])].some(({ type }) => type !== 'directory');
    if (files) throw failure('ENOTEMPTY', pathText(path));
    await this.removeTree(path);
  }

  async diskUsage(path: NodePath): Promise<TreeUsage> {
    const entry = this.#tree.find(path);
    if (!entry) return { bytes: 0, inodes: 0 };
    const blocks = ({ type, data }: Entry) => (type === 'directory' ? 1 : Math.ceil(data.length / BLOCK));
    const all = [...walk(entry)];
    return { bytes: all.reduce((bytes, one) => bytes + blocks(one) * BLOCK, 0), inodes: all.length };
  }

  async fileSystem(path: NodePath): Promise<FileSystemUsage | undefined> {
    return this.#tree.find(path) && this.usage;
  }

  async bind(source: NodePath, target: NodePath): Promise<void> {
    await this.unmount(target);
    await this.removeTree(target);
    const found = await this.#realBeneath(source);
    const bound = this.#existing(nodePath(found));
    await this.makeDirectory(parentOf(target));
    const { directory, name } = this.#tree.place(target);
    const placeholder = this.#tree.make(bound.type === 'directory' ? 'directory' : 'file', 0o750);
    directory.children.set(name, bound);
    this.#undo.set(pathText(target), () => void directory.children.set(name, placeholder));
    this.binds.set(pathText(target), found);
  }

  async #realBeneath(path: NodePath): Promise<string> {
    const root = this.#tree.real(path.root);
    const { mode } = this.#existing(nodePath(root));
    let found = root;
    for (const name of path.below) {
      const next = nodePath(found, name);
      if (!this.#tree.find(next)) {
        await this.makeDirectory(next);
        await this.setAccess(next, { mode });
      }
      found = this.#tree.real(`${found}/${name}`);
      if (found !== root && !found.startsWith(`${root}/`))
        throw new Error(`subpath ${pathText(path)} is not within volume path ${path.root}`);
    }
    return found;
  }

  async mountedFileSystem(path: NodePath): Promise<FileSystemUsage | undefined> {
    return this.fileSystem(path);
  }

  async mountMemory(path: NodePath, options: MemoryMount): Promise<void> {
    if (!this.#cover(path)) return;
    const { mode, gid } = options;
    Object.assign(this.#existing(path), { mode, ...(gid !== undefined && { gid }) });
    this.mounts.set(pathText(path), options);
  }

  async mount(path: NodePath, call: MountCall): Promise<void> {
    if (this.#cover(path)) this.calls.set(pathText(path), call);
  }

  mountDevice(path: NodePath, call: MountCall): Promise<void> {
    return this.mount(path, call);
  }

  async growOnDevice(path: NodePath, device: string): Promise<void> {
    this.grown.push(`${device} ${pathText(path)}`);
  }

  /** Something empty is mounted there from now on; false when something was already. */
  #cover(path: NodePath): boolean {
    const text = pathText(path);
    if (this.#undo.has(text)) return false;
    const entry = this.#existing(path);
    const { children } = entry;
    this.#undo.set(text, () => {
      entry.children = children;
    });
    entry.children = new Map();
    return true;
  }

  async unmount(path: NodePath): Promise<void> {
    const text = pathText(path);
    this.#undo.get(text)?.();
    for (const mounted of [this.#undo, this.mounts, this.calls, this.binds]) mounted.delete(text);
  }

  async mountsIn(path: NodePath): Promise<string[]> {
    const text = pathText(path);
    const found = [...this.#undo.keys()].filter((mount) => mount === text || mount.startsWith(`${text}/`));
    return found.sort((a, b) => b.length - a.length);
  }

  async close(): Promise<void> {}

  #existing(path: NodePath): Entry {
    const { entry } = this.#tree.place(path);
    if (!entry) throw failure('ENOENT', pathText(path));
    return entry;
  }

  #make(path: NodePath): Entry {
    const { directory, name, entry } = this.#tree.place(path);
    if (entry) return entry;
    const made = this.#tree.make('file', 0o644);
    directory.children.set(name, made);
    return made;
  }

  #file(entry: Entry, path: NodePath): Entry {
    if (entry.type === 'link') throw failure('ELOOP', pathText(path));
    if (entry.type === 'directory') throw failure('EISDIR', pathText(path));
    return entry;
  }

  #changed(path: NodePath): void {
    const text = pathText(path);
    const cut = text.lastIndexOf('/');
    for (const tell of this.#watchers.get(text.slice(0, cut)) ?? []) tell(text.slice(cut + 1));
  }
}

function* walk(entry: Entry): Generator<Entry> {
  yield entry;
  for (const child of entry.children.values()) yield* walk(child);
}

const defined = (access: Access): Access =>
  Object.fromEntries(Object.entries(access).filter(([, value]) => value !== undefined));
