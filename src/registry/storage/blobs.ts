// Contents by digest, once for all repositories. A file below `blobs` is whole and has the digest that it is named for. Which
// repository has a blob is said by links there (repository.ts).
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../../kit/clock.ts';
import type { Random } from '../../kit/random.ts';
import { diskFull, isDiskFull } from '../errors.ts';
import type { Digest } from '../names.ts';
import { checkRoom, makeDirectory, openIfThere, settle, syncDirectory, touch, writeWhole } from './files.ts';

export interface OpenBlob {
  readonly size: number;
  /** From `start`, `length` bytes; closes the file at its end. A blob that is removed meanwhile is read to its end. */
  stream(start?: number, length?: number): NodeJS.ReadableStream;
  /** Instead of `stream`. */
  close(): Promise<void>;
}

export interface BlobsOptions {
  /** Directory of the registry. */
  readonly root: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** Bytes that are read at a time. */
const CHUNK = 256 * 1024;

export class Blobs {
  readonly root: string;
  readonly clock: Clock;
  readonly random: Random;

  constructor({ root, clock, random }: BlobsOptions) {
    this.root = root;
    this.clock = clock;
    this.random = random;
  }

  get directory(): string {
    return join(this.root, 'blobs');
  }

  path({ algorithm, hex }: Digest): string {
    return join(this.directory, algorithm, hex.slice(0, 2), hex);
  }

  /** A path for something that is being written. */
  draft(): string {
    return join(this.root, 'drafts', this.random.uuid());
  }

  async prepare(): Promise<void> {
    await rm(join(this.root, 'drafts'), { recursive: true, force: true });
    for (const name of ['drafts', 'blobs', 'uploads']) await makeDirectory(join(this.root, name));
  }

  /** Whether it is there; notes its use. */
  has(digest: Digest): Promise<boolean> {
    return touch(this.path(digest), this.clock);
  }

  async open(digest: Digest): Promise<OpenBlob | undefined> {
    const file = await openIfThere(this.path(digest));
    if (!file) return undefined;
    const { size } = await file.stat();
    return {
      size,
      stream: (start = 0, length = size - start) =>
        file.createReadStream({ start, end: start + length - 1, highWaterMark: CHUNK }),
      close: () => file.close(),
    };
  }

  async read(digest: Digest): Promise<Buffer | undefined> {
    const file = await openIfThere(this.path(digest));
    try {
      return await file?.readFile();
    } finally {
      await file?.close();
    }
  }

  /** Takes a finished, synced file whose digest has been computed. */
  async adopt(draft: string, digest: Digest): Promise<void> {
    try {
      await touch(draft, this.clock);
      if (await this.has(digest)) {
        await rm(draft);
        // Another upload of it may have given it its name a moment ago.
        await syncDirectory(dirname(this.path(digest)));
      } else await settle(draft, this.path(digest));
    } catch (error) {
      throw isDiskFull(error) ? diskFull(error) : error;
    }
  }

  /** A small content whose digest has been computed. */
  async write(digest: Digest, data: Uint8Array): Promise<void> {
    if (await this.has(digest)) return;
    await checkRoom(this.root, data.length);
    await writeWhole(this.path(digest), data, this.draft());
  }
}
