// What is known of volumes and snapshots: a small JSON file each, next to the image. It is written after the image is complete and
// removed before the image is, so whatever is killed between two steps, an image without a record is one that nobody has.
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GrpcError } from '../../kit/grpc/status.ts';
import { type FileSystemType, isType } from '../machine/file-systems.ts';

/** What an image has in it, of a volume or of a snapshot. */
export interface Contents {
  /** Size of the image. */
  readonly bytes: number;
  /** 'block': whatever the pods put there. */
  readonly type: FileSystemType | 'block';
  /** What the file system was made for; less than `bytes` if it has still to grow. */
  readonly fileSystemBytes: number;
  /** Parts that other images share: what they may still need of the disk, once they are written. */
  readonly sharedBytes: number;
}

/** By its name on this node. */
export interface Source {
  readonly kind: 'snapshot' | 'volume';
  readonly name: string;
}

export interface VolumeRecord extends Contents {
  readonly source?: Source;
}

export interface SnapshotRecord extends Contents {
  readonly volume: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
}

const ENDING = '.json';

export class Records<T extends Contents> {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  async read(name: string): Promise<T | undefined> {
    const text = await readFile(this.#path(name), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    return text === undefined ? undefined : decode(text, this.#path(name));
  }

  async write(name: string, record: T): Promise<void> {
    const draft = `${this.#path(name)}.new`;
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(JSON.stringify(record));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, this.#path(name));
    await this.#sync();
  }

  async remove(name: string): Promise<void> {
    await rm(this.#path(name), { force: true });
    await this.#sync();
  }

  async names(): Promise<string[]> {
    const files = await readdir(this.directory);
    return files
      .filter((file) => file.endsWith(ENDING))
      .map((file) => file.slice(0, -ENDING.length))
      .sort();
  }

  /** Without those that cannot be read. */
  async all(): Promise<[name: string, record: T][]> {
    const all: [string, T][] = [];
    for (const name of await this.names()) {
      const record = await this.read(name).catch(() => undefined);
      if (record) all.push([name, record]);
    }
    return all;
  }

  #path(name: string): string {
    return join(this.directory, name + ENDING);
  }

  /** Names in a directory are on disk once the directory is. */
  async #sync(): Promise<void> {
    const directory = await open(this.directory, 'r');
    await directory.sync().finally(() => directory.close());
  }
}

function decode<T extends Contents>(text: string, path: string): T {
  try {
    const record: T = JSON.parse(text);
    const { bytes, fileSystemBytes, sharedBytes, type } = record;
    const isWhole = [bytes, fileSystemBytes, sharedBytes].every((n) => Number.isSafeInteger(n) && n >= 0);
    if (isWhole && (type === 'block' || isType(type))) return record;
  } catch {
    // As below.
  }
  throw new GrpcError('dataLoss', `${path} is damaged`);
}
