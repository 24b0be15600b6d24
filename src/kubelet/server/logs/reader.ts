// Reads a container's log file for `kubectl logs`, from the offset that tail asks for, in blocks; with follow it goes on
// over rotations (rename, then a new file of the same name) until the container has ended. Polls once a second at most;
// a watch wakes it in between.

import { type Clock, sleepOn } from '../../../kit/clock.ts';
import { addAll } from '../../../kit/lists.ts';
import { logFile } from '../../containers/log-rotation.ts';
import { type NodeFiles, type NodePath, type OpenFile, parentOf } from '../../files/node-files.ts';
import { LogFormatter } from './format.ts';
import type { LogOptions } from './options.ts';
import { tailStart } from './tail.ts';

export interface LogSource {
  path: string;
  isRunning(): Promise<boolean>;
}

const BLOCK = 64 * 1024;
/** The runtime cuts lines at 16 KiB: what is longer was not written by it, and need not be held until it ends. */
const MAX_LINE = 1 << 20;
/** How long to wait for a reported change before looking anyway. */
const CHECK_MS = 1000;
const NEWLINE = 0x0a;

export interface LogRead {
  files: NodeFiles;
  source: LogSource;
  options: LogOptions;
  clock: Pick<Clock, 'after'>;
  signal: AbortSignal;
}

/**
 * Opens the log, then yields what to send. Ends at the end of the log, or, with follow, of the container, or when
 * `signal` aborts. The caller must iterate what it gets, or the file stays open.
 */
export async function openContainerLog(read: LogRead): Promise<AsyncGenerator<Buffer>> {
  const { files, source } = read;
  return readLog(await files.open(logFile(source.path)), logFile(source.path), read);
}

async function* readLog(first: OpenFile, path: NodePath, read: LogRead): AsyncGenerator<Buffer> {
  const { files, source, options, clock, signal } = read;
  const format = new LogFormatter(options);
  let file = first;
  let changes: Changes | undefined;
  try {
    if (options.follow) changes = watchFile(files, path, clock, signal);
    const { size } = await file.stat();
    const start = options.tailLines === undefined ? 0 : await tailStart(file, size, options.tailLines);
    let cursor = new LineCursor(file, start);
    if (!changes) return yield* drain(cursor, format, size, true);
    for (let running = true; !format.full && !signal.aborted; ) {
      yield* drain(cursor, format, Number.POSITIVE_INFINITY, !running);
      const replacement = await replacedBy(files, file, path);
      if (replacement) {
        // The writer may have added to the old file until it was told to reopen.
        yield* drain(cursor, format, Number.POSITIVE_INFINITY, true);
        await file.close();
        file = replacement;
        cursor = new LineCursor(file, 0);
      } else if (!running) return;
      else if (!(await changes.next())) running = await source.isRunning();
    }
  } finally {
    changes?.close();
    await file.close();
  }
}

/** Everything from the cursor to `limit`, formatted, a block at a time. */
async function* drain(
  cursor: LineCursor,
  format: LogFormatter,
  limit: number,
  unfinishedToo: boolean,
): AsyncGenerator<Buffer> {
  while (!format.full) {
    const lines = await cursor.read(limit, unfinishedToo);
    if (!lines) return;
    const out: Buffer[] = [];
    for (const line of lines) if (!format.full) format.add(line, out);
    if (out.length > 0) yield Buffer.concat(out);
  }
}

/** Cuts a file into lines from an offset on; keeps an unfinished last line until it is complete. */
class LineCursor {
  readonly #file: OpenFile;
  #at: number;
  #rest: Buffer = Buffer.alloc(0);

  constructor(file: OpenFile, start: number) {
    this.#file = file;
    this.#at = start;
  }

  /** Lines with their newline; undefined at the end of what is there. */
  async read(limit: number, unfinishedToo: boolean): Promise<Buffer[] | undefined> {
    const block = Buffer.allocUnsafe(Math.max(0, Math.min(BLOCK, limit - this.#at)));
    const bytesRead = await this.#file.read(block, this.#at);
    if (bytesRead === 0) return unfinishedToo ? this.#takeRest() : undefined;
    this.#at += bytesRead;
    const have = this.#rest.length
      ? Buffer.concat([this.#rest, block.subarray(0, bytesRead)])
      : block.subarray(0, bytesRead);
    const lines: Buffer[] = [];
    let from = 0;
    for (let i = have.indexOf(NEWLINE); i >= 0; i = have.indexOf(NEWLINE, from)) {
      lines.push(have.subarray(from, i + 1));
      from = i + 1;
    }
    this.#rest = have.subarray(from);
    if (this.#rest.length > MAX_LINE) addAll(lines, this.#takeRest() ?? []);
    return lines;
  }

  #takeRest(): Buffer[] | undefined {
    if (this.#rest.length === 0) return undefined;
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    return [rest];
  }
}

/** The file now behind `path` if it is another one than `file`. */
async function replacedBy(files: NodeFiles, file: OpenFile, path: NodePath): Promise<OpenFile | undefined> {
  const now = await files.stat(path);
  if (!now || now.id === (await file.stat()).id) return undefined;
  return files.open(path).catch(() => undefined);
}

interface Changes {
  /** Resolves true at the next change, false when it is time to check anyway (or the reader is no longer wanted). */
  next(): Promise<boolean>;
  close(): void;
}

function watchFile(
  files: NodeFiles,
  path: NodePath,
  clock: Pick<Clock, 'after'>,
  signal: AbortSignal,
): Changes {
  const name = path.below.at(-1);
  let pending = false;
  let wake: (() => void) | undefined;
  const close = files.watch(parentOf(path), (changed) => {
    if (changed !== '' && changed !== name) return;
    pending = true;
    wake?.();
  });
  return {
    async next() {
      const waiting = new AbortController();
      const changed = new Promise<void>((resolve) => {
        wake = resolve;
        if (pending) resolve();
      });
      const limit = AbortSignal.any([signal, waiting.signal]);
      await Promise.race([changed, sleepOn(clock, CHECK_MS, limit).catch(() => {})]);
      waiting.abort();
      const was = pending;
      pending = false;
      return was;
    },
    close,
  };
}
