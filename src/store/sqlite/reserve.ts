// Room on the disk for deletions when everything else is used up: a file of zeros, given back to the file system when a commit
// finds no room, and made again when there is room. Part of the worker.
import { closeSync, fstatSync, ftruncateSync, openSync, statfsSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A checkpoint may need half of it (CHECKPOINT_PART), deletions the rest: some ten thousand. */
const MOST = 16 << 20;
/** Of a small file system it takes this part. */
const PART = 16;
const BLOCK = Buffer.alloc(1 << 20);

export class Reserve {
  readonly bytes: number;
  readonly #directory: string;
  readonly #file: string;

  constructor(directory: string) {
    this.#directory = directory;
    this.#file = join(directory, 'reserve');
    const { blocks, bsize } = statfsSync(directory);
    this.bytes = Math.min(MOST, Math.floor((blocks * bsize) / PART));
  }

  /** Whether it was given back, here or by an earlier process, and is not made again. */
  get isReleased(): boolean {
    return statSync(this.#file, { throwIfNoEntry: false })?.size === 0;
  }

  /** Bytes that others than root may still write. */
  get available(): number {
    const { bavail, bsize } = statfsSync(this.#directory);
    return bavail * bsize;
  }

  /** Takes the room that it lacks. Throws an error of the file system when there is none, or when nothing can be written. */
  fill(): void {
    this.#open((handle) => {
      for (let at = fstatSync(handle).size; at < this.bytes; )
        at += writeSync(handle, BLOCK, 0, Math.min(BLOCK.length, this.bytes - at), at);
    });
  }

  /** Truncates and does not delete: a full file system may refuse to make the file again. */
  release(): void {
    this.#open((handle) => ftruncateSync(handle, 0));
  }

  #open(use: (handle: number) => void): void {
    const handle = openSync(this.#file, 'a');
    try {
      use(handle);
    } finally {
      closeSync(handle);
    }
  }
}
