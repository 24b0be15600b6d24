// Uploads: files that grow in the order in which they are sent, and become blobs once their digest is right. What has been
// received stays when the connection or this process ends, so that a client can go on.
import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFull, isDiskFull, isMissing, RegistryError, uploadUnknown } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Digest } from '../names.ts';
import type { Blobs } from './blobs.ts';
import { checkRoom, namesIn, touch } from './files.ts';

/** Bytes after which the room on the disk is looked at again. */
const ROOM_EVERY = 64 * 1024 * 1024;
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface Session {
  size: number;
  /** Of all bytes so far; missing after a restart of the process, or where a write may have been cut. */
  hash: Hash | undefined;
  busy: boolean;
}

export class Uploads {
  readonly #blobs: Blobs;
  readonly #sessions = new Map<string, Session>();
  /** Begun by an earlier process, or by this one. */
  #count: number | undefined;

  constructor(blobs: Blobs) {
    this.#blobs = blobs;
  }

  get #directory(): string {
    return join(this.#blobs.root, 'uploads');
  }

  async begin(repository: string): Promise<string> {
    this.#count ??= (await namesIn(this.#directory)).length;
    if (this.#count >= LIMITS.uploads) {
      await this.removeIdle();
      if (this.#count >= LIMITS.uploads)
        throw new RegistryError(429, 'TOOMANYREQUESTS', `${LIMITS.uploads} uploads are going on already`);
    }
    this.#count++;
    const id = this.#blobs.random.uuid();
    try {
      await (await open(this.#path(repository, id), 'wx', 0o600)).close();
    } catch (error) {
      this.#count--;
      throw isDiskFull(error) ? diskFull(error) : error;
    }
    this.#sessions.set(id, { size: 0, hash: createHash('sha256'), busy: false });
    return id;
  }

  /** Bytes received so far. */
  async size(repository: string, id: string): Promise<number> {
    const session = await this.#session(repository, id);
    await touch(this.#path(repository, id), this.#blobs.clock);
    return session.size;
  }

  /** Appends a stream; resolves with the bytes received so far. `declared`: how many will come, where that is known. */
  append(
    repository: string,
    id: string,
    body: AsyncIterable<Buffer>,
    { start, declared }: { readonly start?: number | undefined; readonly declared?: number | undefined } = {},
  ): Promise<number> {
    return this.#alone(repository, id, async (session, path) => {
      if (start !== undefined && start !== session.size)
        throw new RegistryError(416, 'BLOB_UPLOAD_INVALID', `the upload goes on at byte ${session.size}`);
      tooLarge(session.size + (declared ?? 0));
      await checkRoom(this.#blobs.root, declared ?? 0);
      const file = await open(path, 'r+');
      try {
        // A write that was cut may have left bytes that nobody was told of.
        await file.truncate(session.size);
        await this.#write(file, session, body);
      } catch (error) {
        if (!isDiskFull(error) && !(error instanceof RegistryError && error.status === 507)) throw error;
        await this.#forget(id, path);
        throw diskFull(error);
      } finally {
        await file.close();
      }
      return session.size;
    });
  }

  async #write(file: FileHandle, session: Session, body: AsyncIterable<Buffer>): Promise<void> {
    let unchecked = 0;
    for await (const chunk of body) {
      tooLarge(session.size + chunk.length);
      unchecked += chunk.length;
      if (unchecked >= ROOM_EVERY) {
        await checkRoom(this.#blobs.root, chunk.length);
        unchecked = 0;
      }
      const hash = session.hash;
      session.hash = undefined;
      for (let at = 0; at < chunk.length; )
        at += (await file.write(chunk, at, chunk.length - at, session.size + at)).bytesWritten;
      hash?.update(chunk);
      session.size += chunk.length;
      session.hash = hash;
    }
  }

  /** The upload becomes the blob with this digest, or is given up. */
  finish(repository: string, id: string, digest: Digest): Promise<void> {
    return this.#alone(repository, id, async (session, path) => {
      const file = await open(path, 'r+');
      try {
        await file.truncate(session.size);
        await file.sync();
      } finally {
        await file.close();
      }
      const hash = digest.algorithm === 'sha256' ? session.hash : undefined;
      session.hash = undefined;
      const found = hash ? hash.digest('hex') : await hexOf(path, digest.algorithm);
      if (found !== digest.hex) {
        await this.#forget(id, path);
        throw new RegistryError(
          400,
          'DIGEST_INVALID',
          `what was uploaded does not have digest ${digest.text}`,
        );
      }
      await this.#blobs.adopt(path, digest);
      this.#gone(id);
    });
  }

  cancel(repository: string, id: string): Promise<void> {
    return this.#alone(repository, id, (_, path) => this.#forget(id, path));
  }

  /** Gives up what nobody has gone on with for an hour. */
  async removeIdle(): Promise<void> {
    const limit = this.#blobs.clock.now() - LIMITS.uploadIdle;
    const names = await namesIn(this.#directory);
    let left = names.length;
    for (const name of names) {
      const path = join(this.#directory, name);
      const id = name.slice(0, 36);
      const found = await stat(path).catch(() => undefined);
      if (this.#sessions.get(id)?.busy || (found && found.mtimeMs > limit)) continue;
      await rm(path, { force: true });
      this.#sessions.delete(id);
      left--;
    }
    this.#count = left;
  }

  /** An upload belongs to its repository: the name of its file says to which. */
  #path(repository: string, id: string): string {
    const owner = createHash('sha256').update(repository).digest('hex').slice(0, 32);
    return join(this.#directory, `${id}.${owner}`);
  }

  async #session(repository: string, id: string): Promise<Session> {
    if (!ID.test(id)) throw uploadUnknown();
    const { size } = await stat(this.#path(repository, id)).catch((error) => {
      throw isMissing(error) ? uploadUnknown() : error;
    });
    const known = this.#sessions.get(id);
    if (known) return known;
    const session: Session = { size, hash: undefined, busy: false };
    this.#sessions.set(id, session);
    return session;
  }

  async #alone<T>(
    repository: string,
    id: string,
    work: (session: Session, path: string) => Promise<T>,
  ): Promise<T> {
    const session = await this.#session(repository, id);
    if (session.busy)
      throw new RegistryError(409, 'BLOB_UPLOAD_INVALID', 'another request writes to this upload');
    session.busy = true;
    try {
      return await work(session, this.#path(repository, id));
    } finally {
      session.busy = false;
    }
  }

  async #forget(id: string, path: string): Promise<void> {
    await rm(path, { force: true });
    this.#gone(id);
  }

  #gone(id: string): void {
    this.#sessions.delete(id);
    if (this.#count) this.#count--;
  }
}

function tooLarge(size: number): void {
  if (size > LIMITS.blob)
    throw new RegistryError(413, 'SIZE_INVALID', `a blob may have ${LIMITS.blob} bytes at most`);
}

/** Reads the file again, piece by piece. */
async function hexOf(path: string, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  const file = await open(path, 'r');
  for await (const chunk of file.createReadStream({ highWaterMark: 256 * 1024 }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}
