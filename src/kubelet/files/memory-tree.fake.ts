// A tree of files in memory with modes, owners and links: what memory-files.fake.ts works on.
import { checkNames, type FileStat, type NodePath, pathText } from './node-files.ts';

export interface Entry {
  readonly id: number;
  readonly type: 'directory' | 'file' | 'link';
  mode: number;
  uid: number;
  gid: number;
  data: Buffer;
  /** Of a link. */
  readonly target: string;
  children: Map<string, Entry>;
}

/** Where a name stands: its directory, and what has the name now. */
export interface Place {
  readonly directory: Entry;
  readonly name: string;
  readonly entry: Entry | undefined;
}

const MAX_LINKS = 40;

export const failure = (code: string, path: string): Error =>
  Object.assign(new Error(`${code}: ${path}`), { code });

export class MemoryTree {
  #ids = 0;
  readonly top = this.make('directory', 0o755);

  make(type: Entry['type'], mode: number, target = ''): Entry {
    return {
      id: ++this.#ids,
      type,
      mode,
      uid: 0,
      gid: 0,
      data: Buffer.alloc(0),
      target,
      children: new Map(),
    };
  }

  /** Links in the root are followed, below it they end the way. */
  place(path: NodePath): Place {
    checkNames(path);
    const root = this.real(path.root);
    const names = [...path.below];
    const last = names.pop();
    if (last === undefined) return this.#parentOf(root);
    let directory = this.#directory(this.at(root), path);
    for (const name of names) directory = this.#directory(directory.children.get(name), path);
    return { directory, name: last, entry: directory.children.get(last) };
  }

  find(path: NodePath): Entry | undefined {
    try {
      return this.place(path).entry;
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes((error as { code?: string }).code ?? '')) return undefined;
      throw error;
    }
  }

  /** The path without links; its last name need not be there. */
  real(text: string, links = 0): string {
    if (links > MAX_LINKS) throw failure('ELOOP', text);
    const names = text.split('/').filter((name) => name !== '' && name !== '.');
    let path = '';
    for (const [i, name] of names.entries()) {
      if (name === '..') {
        path = path.slice(0, Math.max(0, path.lastIndexOf('/')));
        continue;
      }
      const entry = this.at(path)?.children.get(name);
      if (entry?.type === 'link') {
        const rest = names.slice(i + 1).join('/');
        const target = entry.target.startsWith('/') ? entry.target : `${path}/${entry.target}`;
        return this.real(`${target}/${rest}`, links + 1);
      }
      path = `${path}/${name}`;
    }
    return path || '/';
  }

  /** By a path without links. */
  at(path: string): Entry | undefined {
    let entry: Entry | undefined = this.top;
    for (const name of path.split('/').filter(Boolean)) entry = entry?.children.get(name);
    return entry;
  }

  #parentOf(path: string): Place {
    const cut = path.lastIndexOf('/');
    const directory = this.at(path.slice(0, cut));
    if (!directory) throw failure('ENOENT', path);
    const name = path.slice(cut + 1);
    return { directory, name, entry: name === '' ? directory : directory.children.get(name) };
  }

  #directory(entry: Entry | undefined, path: NodePath): Entry {
    if (!entry) throw failure('ENOENT', pathText(path));
    if (entry.type !== 'directory') throw failure('ENOTDIR', pathText(path));
    return entry;
  }
}

export const statOf = ({ id, type, mode, uid, gid, data }: Entry): FileStat => ({
  type,
  mode,
  uid,
  gid,
  size: data.length,
  id: String(id),
});
