// The log back end: events as lines of a file that rotates by size, or of standard output. Written from a buffer, right after
// the turn of the event loop in which they came. Made by open-auditor.ts.
// Upstream: plugin/pkg/audit/log of k8s.io/apiserver, with names of rotated files as its library (lumberjack) gives them.
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { stdout } from 'node:process';
import type { Clock } from '../../kit/clock.ts';
import type { Backend } from './auditor.ts';
import { EventBuffer } from './buffer.ts';

export interface LogFileOptions {
  /** --audit-log-path; `-` is standard output. */
  readonly path: string;
  /** --audit-log-maxsize in bytes, -maxbackup (0 keeps all) and -maxage in milliseconds (0 keeps all). */
  readonly maxSize: number;
  readonly maxBackups: number;
  readonly maxAge: number;
  readonly clock: Clock;
  readonly onLost: (error: unknown, count: number) => void;
}

/** Events that are written at a time. */
const BATCH = 1_000;

export function logBackend(options: LogFileOptions): Backend {
  const file = options.path === '-' ? undefined : new RotatedLog(options);
  const write = (text: string) =>
    file ? file.append(text) : new Promise<void>((resolve) => void stdout.write(text, () => resolve()));
  const buffer = new EventBuffer({
    batch: BATCH,
    write: (events) => write(`${events.join('\n')}\n`),
    onLost: options.onLost,
  });
  let scheduled = false;
  const flush = async () => {
    await options.clock.turn();
    scheduled = false;
    await buffer.flush();
  };
  return {
    name: 'log',
    accept(event) {
      const accepted = buffer.add(event);
      if (!scheduled) void flush();
      scheduled = true;
      return accepted;
    },
    async close() {
      await buffer.flush();
      await file?.close();
    },
  };
}

class RotatedLog {
  readonly #options: LogFileOptions;
  #file: FileHandle | undefined;
  #size = 0;

  constructor(options: LogFileOptions) {
    this.#options = options;
  }

  /** A batch is never split: a file can become larger than its limit by one batch. */
  async append(text: string): Promise<void> {
    const { path, maxSize } = this.#options;
    if (!this.#file) await this.#open();
    if (this.#size > 0 && this.#size + text.length > maxSize) {
      await this.close();
      await rename(path, this.#backupName());
      await this.#prune();
      await this.#open();
    }
    await this.#file!.write(text);
    this.#size += Buffer.byteLength(text);
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  async #open(): Promise<void> {
    this.#file = await open(this.#options.path, 'a', 0o600);
    this.#size = (await this.#file.stat()).size;
  }

  /** audit.log becomes audit-2026-01-02T03-04-05.678.log */
  #backupName(): string {
    const { path, clock } = this.#options;
    const extension = extname(path);
    const time = new Date(clock.now()).toISOString().slice(0, 23).replaceAll(':', '-');
    return join(dirname(path), `${basename(path, extension)}-${time}${extension}`);
  }

  async #prune(): Promise<void> {
    const { path, maxBackups, maxAge, clock } = this.#options;
    const extension = extname(path);
    const start = `${basename(path, extension)}-`;
    const all = await readdir(dirname(path));
    const backups = all.filter((name) => isBackup(name, start, extension)).sort();
    const surplus = maxBackups > 0 ? backups.slice(0, Math.max(0, backups.length - maxBackups)) : [];
    for (const name of backups) {
      const file = join(dirname(path), name);
      const old = maxAge > 0 && clock.now() - (await stat(file)).mtimeMs > maxAge;
      if (old || surplus.includes(name)) await rm(file, { force: true });
    }
  }
}

const isBackup = (name: string, start: string, extension: string): boolean =>
  name.startsWith(start) &&
  name.endsWith(extension) &&
  /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}$/.test(name.slice(start.length, name.length - extension.length));
