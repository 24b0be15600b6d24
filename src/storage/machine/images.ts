// The image files of volumes and snapshots. All the space of a volume is set aside when its image is made, so that neither other
// volumes nor the node can take it. An image has its name once it is complete and on disk; before, it is a draft.
import { open, readdir, rename, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileSystemType, fileSystemOf } from './file-systems.ts';
import { long, OPENED, onFile, quick, type Run } from './run.ts';

/** Of st_blocks. */
const BLOCK_BYTES = 512;
const ENDING = '.img';
const DRAFT = '.img.new';

export class Images {
  readonly directory: string;
  readonly #quick: Run;
  readonly #long: Run;

  constructor(run: Run, directory: string) {
    this.directory = directory;
    this.#quick = quick(run);
    this.#long = long(run);
  }

  path(name: string): string {
    return join(this.directory, name + ENDING);
  }

  /** `fill` makes the file that it is given. Whatever was there under the name is gone. */
  async make(name: string, fill: (draft: string) => Promise<void>): Promise<void> {
    const draft = join(this.directory, name + DRAFT);
    await this.#remove(draft);
    // It is there before anything is frozen for it: a draft tells the next driver to thaw.
    await writeFile(draft, '', { mode: 0o600 });
    try {
      await fill(draft);
      await sync(draft);
      await rename(draft, this.path(name));
      await sync(this.directory);
    } catch (error) {
      await this.#remove(draft);
      throw error;
    }
  }

  /** Of zeros, or with an empty file system. */
  async fillNew(draft: string, bytes: number, type: FileSystemType | 'block'): Promise<void> {
    if (type === 'block') return this.#reserve(draft, bytes);
    const commands = [reserving(OPENED, bytes), ...fileSystemOf(type).make(OPENED, bytes)];
    await this.#long(onFile(draft, commands));
  }

  /** From an image that nobody writes. */
  async fillFrom(draft: string, source: string, shared: boolean): Promise<void> {
    await this.#long([...copyCommand(shared, 'always'), source, draft]);
    await this.finish(draft);
  }

  /** Writes out a copy: a program waits for that, which may take long, and not one of the few threads of this process. */
  async finish(draft: string): Promise<void> {
    await this.#long(['sync', draft]);
  }

  /** The rest is zeros; space for all of it is taken. */
  extend(draft: string, bytes: number): Promise<void> {
    return this.#reserve(draft, bytes);
  }

  /** Takes space for all of it, what was given back (fstrim) as well. Leaves it as it was when there is no room. */
  async reserve(name: string, bytes: number): Promise<void> {
    const { size, blocks } = await stat(this.path(name));
    if (size >= bytes && blocks * BLOCK_BYTES >= bytes) return;
    try {
      await this.#reserve(this.path(name), bytes);
    } catch (error) {
      await truncate(this.path(name), size);
      throw error;
    }
  }

  /** Its first bytes. */
  async head(name: string, bytes: number): Promise<Buffer> {
    const handle = await open(this.path(name), 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  }

  remove(name: string): Promise<void> {
    return this.#remove(this.path(name));
  }

  exists(name: string): Promise<boolean> {
    return isThere(this.path(name));
  }

  /** Images, and drafts that nobody completes any more when a driver starts. */
  async leftovers(known: ReadonlySet<string>): Promise<{ drafts: string[]; images: string[] }> {
    const files = await readdir(this.directory);
    const drafts = files.filter((file) => file.endsWith('.new'));
    const images = files.filter((file) => file.endsWith(ENDING)).map((file) => file.slice(0, -ENDING.length));
    return { drafts, images: images.filter((name) => !known.has(name)) };
  }

  /** By the name of the file. */
  removeDraft(file: string): Promise<void> {
    return this.#remove(join(this.directory, file));
  }

  async #reserve(path: string, bytes: number): Promise<void> {
    await this.#quick(reserving(path, bytes));
  }

  /** A large file takes a while. */
  async #remove(path: string): Promise<void> {
    if (await isThere(path)) await this.#long(['rm', '-f', path]);
  }
}

const reserving = (path: string, bytes: number): readonly string[] => [
  ...['fallocate', '--length', String(bytes), path],
];

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}

/**
 * Blocks of zeros are not copied: those that the disk knows never to have been written if the file has holes, which trimming makes;
 * `always` looks for zeros besides, which takes longer.
 */
export const copyCommand = (shared: boolean, sparse: 'auto' | 'always'): readonly string[] => [
  'cp',
  `--sparse=${shared ? 'auto' : sparse}`,
  `--reflink=${shared ? 'always' : 'never'}`,
];
