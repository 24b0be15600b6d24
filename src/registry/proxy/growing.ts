// A file that is being fetched, read by everybody who wants it while it grows. It is fetched once, and to its end also when all readers
// have gone. Its last bytes are given out only when it has the right digest.
import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { RegistryError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Digest } from '../names.ts';
import type { Blobs } from '../storage/blobs.ts';
import { checkRoom } from '../storage/files.ts';

const CHUNK = 256 * 1024;
/** Bytes after which the room on the disk is looked at again. */
const ROOM_EVERY = 64 * 1024 * 1024;

export class Growing {
  readonly size: number;
  /** Rejects when it could not be fetched. */
  readonly done: Promise<void>;
  readonly #draft: string;
  #length = 0;
  #failure: Error | undefined;
  #wake: (() => void)[] = [];

  /** `keep` is called when the blob is in its place. */
  constructor(
    blobs: Blobs,
    digest: Digest,
    size: number,
    source: AsyncIterable<Buffer>,
    keep: () => Promise<void>,
  ) {
    this.size = size;
    this.#draft = blobs.draft();
    this.done = this.#fetch(blobs, digest, source).then(keep);
    this.done.then(
      () => this.#advance(size),
      (error: Error) => {
        this.#failure = error;
        this.#advance(this.#length);
      },
    );
  }

  async #fetch(blobs: Blobs, digest: Digest, source: AsyncIterable<Buffer>): Promise<void> {
    if (this.size > LIMITS.blob)
      throw new RegistryError(502, 'SIZE_INVALID', 'the blob is too large to be kept');
    await checkRoom(blobs.root, this.size);
    const hash = createHash(digest.algorithm);
    const file = await open(this.#draft, 'wx', 0o600);
    let written = 0;
    try {
      let unchecked = 0;
      for await (const chunk of source) {
        if (written + chunk.length > this.size) throw broken(digest);
        unchecked += chunk.length;
        if (unchecked >= ROOM_EVERY) {
          await checkRoom(blobs.root, this.size - written);
          unchecked = 0;
        }
        for (let at = 0; at < chunk.length; )
          at += (await file.write(chunk, at, chunk.length - at, written + at)).bytesWritten;
        hash.update(chunk);
        written += chunk.length;
        // The last byte waits for the digest.
        this.#advance(Math.min(written, this.size - 1));
      }
      if (written !== this.size || hash.digest('hex') !== digest.hex) throw broken(digest);
      await file.sync();
      await blobs.adopt(this.#draft, digest);
    } catch (error) {
      await rm(this.#draft, { force: true }).catch(() => {});
      throw error;
    } finally {
      await file.close();
    }
  }

  #advance(length: number): void {
    this.#length = length;
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** Waits for bytes that are still to come; `path` is where the blob lies at the end. */
  async *read(path: string): AsyncGenerator<Buffer> {
    const file = await open(this.#draft, 'r').catch(async (error: unknown) => {
      await this.done;
      return open(path, 'r').catch(() => {
        throw error;
      });
    });
    try {
      for (let at = 0; at < this.size; ) {
        if (this.#failure) throw this.#failure;
        const ready = Math.min(this.#length - at, CHUNK);
        if (ready <= 0) {
          await new Promise<void>((resolve) => this.#wake.push(resolve));
          continue;
        }
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(ready), 0, ready, at);
        if (bytesRead === 0) throw new Error('the file of a blob ended early');
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }
}

const broken = ({ text }: Digest) =>
  new RegistryError(502, 'DIGEST_INVALID', `what was fetched does not have digest ${text}`);
