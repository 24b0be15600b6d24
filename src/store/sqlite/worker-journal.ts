// The main thread's side of the journal on disk: packs writes into slabs, sends them to the worker, and calls back when the
// worker answers. Nothing here waits for the disk.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { nextTurn } from '../../kit/clock.ts';
import { CorruptStoreError, DiskAlarmError, StoreLockedError } from '../failures.ts';
import type { Journal } from '../mvcc/journal.ts';
import type { Write } from '../mvcc/write.ts';
import type { Refusal, Reply, Request, Room } from './messages.ts';
import { newSlab, readRecords, recordSize, type StoredRecord, writeRecord } from './record-codec.ts';

const FILE_NAME = 'store.db';
const NOTHING = new Uint8Array(0);
/** Rows deleted in one transaction: writes wait for it. */
const FORGET_AT_ONCE = 200;

export interface Loader {
  opened(compacted: number): void;
  records(records: Iterable<StoredRecord>): void;
}

type Answer = (error: Error | undefined, more: boolean) => void;

export class WorkerJournal implements Journal {
  readonly #directory: string;
  readonly #worker: Worker;
  /** Callbacks of the requests in flight, in order. */
  readonly #answers: Answer[] = [];
  /** Why the worker no longer answers. */
  #dead: Error | undefined;
  #room: Room = { used: 0, tight: false };

  /**
   * Resolves when everything on disk has been passed to `loader`. Rejects when the worker has ended: SQLite removes the log
   * when the file is closed, which must not happen under a repair.
   */
  static async open(directory: string, worker: Worker, loader: Loader): Promise<WorkerJournal> {
    const journal = new WorkerJournal(directory, worker, loader);
    try {
      await journal.#request({ kind: 'open', directory });
    } catch (error) {
      await worker.terminate();
      throw error;
    }
    return journal;
  }

  private constructor(directory: string, worker: Worker, loader: Loader) {
    this.#directory = directory;
    this.#worker = worker;
    this.#worker.on('message', (reply: Reply) => this.#receive(reply, loader));
    this.#worker.on('error', (error) => this.#die(error));
    this.#worker.on('exit', (code) => this.#die(new Error(`the store's worker ended with code ${code}`)));
  }

  get used(): number {
    return this.#room.used;
  }

  get tight(): boolean {
    return this.#room.tight;
  }

  async probe(): Promise<void> {
    await this.#request({ kind: 'probe' });
  }

  append(writes: readonly Write[], ended: (error?: Error) => void): void {
    const records = writes.map(toRecord);
    const slab = newSlab(records.reduce((sum, record) => sum + recordSize(record), 0));
    let offset = 0;
    for (const record of records) offset = writeRecord(slab, offset, record);
    const buffer = slab.buffer as ArrayBuffer;
    this.#ask({ kind: 'append', slab: buffer }, ended, [buffer]);
  }

  /** A turn later, so that concurrent requests share one transaction and one sync of the disk. */
  gather(flush: () => void): void {
    void nextTurn().then(flush);
  }

  async forget(compacted: number, revisions: readonly number[]): Promise<void> {
    // At least one request, also without revisions to delete: it records the compacted revision.
    for (let i = 0; i === 0 || i < revisions.length; i += FORGET_AT_ONCE)
      await this.#request({ kind: 'forget', compacted, revisions: revisions.slice(i, i + FORGET_AT_ONCE) });
  }

  async shrink(): Promise<void> {
    while (await this.#request({ kind: 'shrink' }));
  }

  check(): Promise<boolean> {
    return this.#request({ kind: 'check' });
  }

  async size(): Promise<number> {
    const file = join(this.#directory, FILE_NAME);
    const sizes = [file, `${file}-wal`].map((path) =>
      stat(path).then(
        (s) => s.size,
        () => 0,
      ),
    );
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  }

  async close(): Promise<void> {
    if (!this.#dead) await this.#request({ kind: 'close' }).catch(() => {});
    await this.#worker.terminate();
  }

  #request(request: Request): Promise<boolean> {
    const answer = this.#answer();
    this.#post(request, []);
    return answer;
  }

  #ask(request: Request, answer: Answer, transfer: ArrayBuffer[]): void {
    this.#answers.push(answer);
    this.#post(request, transfer);
  }

  #post(request: Request, transfer: ArrayBuffer[]): void {
    if (this.#dead) void Promise.resolve().then(() => this.#settle(this.#dead, false));
    else this.#worker.postMessage(request, transfer);
  }

  #answer(): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#answers.push((error, more) => (error ? reject(error) : resolve(more)));
    });
  }

  #receive(reply: Reply, loader: Loader): void {
    if (reply.kind === 'records') loader.records(readRecords(Buffer.from(reply.slab, 0, reply.length)));
    else if (reply.kind === 'opened') loader.opened(reply.compacted);
    else if (reply.kind === 'refused') this.#settle(this.#errorOf(reply.refusal, reply.error), false);
    else {
      this.#room = reply;
      this.#settle(undefined, reply.kind === 'done' && reply.more);
    }
  }

  #settle(error: Error | undefined, more: boolean): void {
    this.#answers.shift()?.(error, more);
  }

  #die(error: Error): void {
    this.#dead ??= error;
    while (this.#answers.length > 0) this.#settle(this.#dead, false);
  }

  #errorOf(refusal: Refusal, error: Error): Error {
    if (refusal === 'full') return new DiskAlarmError('NOSPACE', error);
    if (refusal === 'read-only') return new DiskAlarmError('READONLY', error);
    if (refusal === 'locked') return new StoreLockedError(this.#directory);
    return refusal === 'corrupt' ? new CorruptStoreError(error.message) : error;
  }
}

function toRecord({ revision, record, entry, due }: Write): StoredRecord {
  return { revision, created: entry?.created ?? 0, due, key: record.key, value: entry?.value ?? NOTHING };
}
