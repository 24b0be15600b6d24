// The data file: one append-only table with a row and a checksum per write, and the compacted revision.
// Runs inside the store's worker; every public method is one transaction.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { LogFile, syncDirectory } from './log-file.ts';
import type { Room } from './messages.ts';
import { newSlab, readRecords, recordSize, type StoredRecord, writeRecord } from './record-codec.ts';
import { CorruptRecord } from './refusal.ts';
import { Reserve } from './reserve.ts';

export const FILE_NAME = 'store.db';

const SLAB_SIZE = 1 << 20;
/** Free pages that are kept for later writes, and pages given back in one step. */
const SPARE_PAGES = 1_024;
const SHRINK_PAGES = 256;
/** Bytes of rows that check() reads in one step: about a millisecond. */
const CHECKED_AT_ONCE = 256 << 10;
/** Given back in one step when the disk is full. */
const GIVEN_BACK_PAGES = 64;

/**
 * FULL syncs the write-ahead log at every commit: an acknowledged write is on disk. EXCLUSIVE keeps a second process out, and
 * SQLite then needs no shared-memory file, for which a full disk has no room: it comes first. page_size and auto_vacuum only take effect in a new file, before its first table.
 */
export const PAGE_SIZE = 8192;
const PRAGMAS = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA page_size = ${PAGE_SIZE};
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA journal_size_limit = 33554432;
  PRAGMA temp_store = MEMORY;
`;

/**
 * What each format adds to the one before: a file of an older format is migrated when it is opened. A deletion is a row with
 * created = 0 and an empty value; `due` is wall time in milliseconds, 0 for never. `closing.clean` is 0 while a log belongs to
 * the file: a file whose log has been lost lacks acknowledged writes (log-file.ts).
 */
const MIGRATIONS = [
  `CREATE TABLE writes (
    revision INTEGER PRIMARY KEY,
    created INTEGER NOT NULL,
    due REAL NOT NULL,
    crc INTEGER NOT NULL,
    key TEXT NOT NULL,
    value BLOB NOT NULL
  );
  CREATE TABLE compaction (revision INTEGER NOT NULL);
  INSERT INTO compaction VALUES (0);`,
  `CREATE TABLE closing (clean INTEGER NOT NULL);
  INSERT INTO closing VALUES (1);`,
];
const FORMAT = MIGRATIONS.length;

/** There is room, but too little to take writes that add. */
export class NoRoom extends Error {
  readonly code = 'ENOSPC';
}

/** What tests add to a commit (failpoints/failpoints.fake.ts). A throw before the commit rolls it back. */
export interface CommitHooks {
  readonly opened?: (file: string) => void;
  readonly beforeCommit?: (records: Iterable<StoredRecord>) => void;
  readonly afterCommit?: () => void;
  readonly probe?: () => void;
}

/** Pages in the log after which a checkpoint follows, and the part of the reserve that its growth of the file may need. */
const CHECKPOINT_PAGES = 1_000;
const CHECKPOINT_PART = 0.5;
const markClean = (clean: 0 | 1) => `UPDATE closing SET clean = ${clean}`;
const CHECKPOINT = 'PRAGMA wal_checkpoint(PASSIVE)';

export class Database {
  readonly #db: DatabaseSync;
  readonly #log: LogFile;
  readonly #reserve: Reserve;
  readonly #pages: StatementSync;
  readonly #free: StatementSync;
  #tight: boolean;
  /** The revision up to which check() has come. */
  #checked = 0;
  readonly #hooks: CommitHooks;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #compacted: StatementSync;

  constructor(directory: string, hooks: CommitHooks = {}) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const file = join(directory, FILE_NAME);
    this.#log = new LogFile(file);
    const needsLog = this.#log.restore();
    const db = new DatabaseSync(file, { timeout: 500 });
    this.#db = db;
    this.#hooks = hooks;
    hooks.opened?.(file);
    db.exec(PRAGMAS);
    this.#reserve = new Reserve(directory);
    this.#tight = this.#reserve.isReleased;
    const reserved = Math.floor((this.#reserve.bytes * CHECKPOINT_PART) / PAGE_SIZE);
    db.exec(`PRAGMA wal_autocheckpoint = ${Math.max(1, Math.min(CHECKPOINT_PAGES, reserved))}`);
    this.#transaction(() => this.#migrate(directory));
    this.#openLog(needsLog);
    this.#pages = db.prepare('PRAGMA page_count');
    this.#free = db.prepare('PRAGMA freelist_count');
    for (const statement of [this.#pages, this.#free]) statement.setReturnArrays(true);
    this.#insert = db.prepare('INSERT INTO writes VALUES (?, ?, ?, ?, ?, ?)');
    this.#delete = db.prepare('DELETE FROM writes WHERE revision = ?');
    this.#compacted = db.prepare('UPDATE compaction SET revision = ?');
  }

  get compacted(): number {
    return Number(this.#db.prepare('SELECT revision FROM compaction').get()?.revision);
  }

  /** All rows in revision order, checked, in slabs. */
  *load(): Generator<Buffer> {
    const select = this.#db.prepare(`${SELECT_ROWS} ORDER BY revision`);
    // Rows as arrays are cheaper to make than objects; every start reads all of them.
    select.setReturnArrays(true);
    let slab = newSlab(SLAB_SIZE);
    let used = 0;
    for (const row of select.iterate() as unknown as Iterable<Row>) {
      const [revision, created, due, key, value, crc] = row;
      const record = { revision, created, due, key, value };
      const size = recordSize(record);
      if (used + size > slab.length && used > 0) {
        yield slab.subarray(0, used);
        slab = newSlab(Math.max(SLAB_SIZE, size));
        used = 0;
      } else if (size > slab.length) slab = newSlab(size);
      const end = writeRecord(slab, used, record);
      check(slab.subarray(used, end), crc, record);
      used = end;
    }
    if (used > 0) yield slab.subarray(0, used);
  }

  /** Reads the next rows anew and checks them; true when there are more. Begins from the start after the last row, and after damage. */
  check(): boolean {
    const after = this.#checked;
    this.#checked = 0;
    // Pages that SQLite has in its cache would not be read.
    this.#db.exec('PRAGMA shrink_memory');
    const select = this.#db.prepare(`${SELECT_ROWS} WHERE revision > ? ORDER BY revision`);
    select.setReturnArrays(true);
    let bytes = 0;
    for (const row of select.iterate(after) as unknown as Iterable<Row>) {
      const [revision, created, due, key, value, crc] = row;
      const record = { revision, created, due, key, value };
      const slab = newSlab(recordSize(record));
      writeRecord(slab, 0, record);
      check(slab, crc, record);
      bytes += slab.length;
      if (bytes < CHECKED_AT_ONCE) continue;
      this.#checked = revision;
      return true;
    }
    return false;
  }

  get room(): Room {
    return { used: (this.#number(this.#pages) - this.#number(this.#free)) * PAGE_SIZE, tight: this.#tight };
  }

  /** Throws what the disk says to a write. Ends the use of the reserve when it could be made again and there is room besides. */
  probe(): void {
    if (this.#hooks.probe) this.#hooks.probe();
    if (this.#tight) this.#giveBack();
    this.#fillReserve();
    const spare = this.#number(this.#free) * PAGE_SIZE + this.#reserve.available;
    if (this.#tight && spare < this.#reserve.bytes) {
      this.#reserve.release();
      throw new NoRoom('the disk has no room beyond the reserve');
    }
    this.#tight = false;
  }

  /** Returns free pages to a full file system, enough for the reserve and what must be spare beside it. */
  #giveBack(): void {
    const steps = Math.ceil((2 * this.#reserve.bytes) / (GIVEN_BACK_PAGES * PAGE_SIZE));
    for (let step = 0; step <= steps && this.#number(this.#free) > 0; step++) {
      // Each step moves pages through the log, which needs the room that the one before has freed.
      this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      this.#db.exec(`PRAGMA incremental_vacuum(${GIVEN_BACK_PAGES})`);
    }
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  /** While the reserve is in use, what cannot be filled is left to deletions. */
  #fillReserve(): void {
    try {
      this.#reserve.fill();
    } catch (error) {
      if (this.#tight) this.#reserve.release();
      throw error;
    }
  }

  /** Gives the reserve back to the file system, then the log's room; what follows may use both. */
  makeRoom(): void {
    this.#tight = true;
    this.#reserve.release();
    try {
      this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // The file cannot grow by what is in the log; the reserve may still be enough for what follows.
    }
  }

  /** Writes every record of the slab, or none. Returns once they are on disk. */
  append(slab: Buffer): void {
    this.#transaction(() => {
      for (const { revision, created, due, key, value, bytes } of readRecords(slab))
        this.#insert.run(revision, created, due, crc32(bytes), key, value);
      this.#hooks.beforeCommit?.(readRecords(slab));
    });
    this.#hooks.afterCommit?.();
  }

  forget(compacted: number, revisions: readonly number[]): void {
    this.#transaction(() => {
      this.#compacted.run(compacted);
      for (const revision of revisions) this.#delete.run(revision);
    });
  }

  /** Returns some free pages to the file system when more than a quarter is free; true when more is to do. */
  shrink(): boolean {
    const pages = this.#pragma('page_count');
    const free = this.#pragma('freelist_count');
    if (free < SPARE_PAGES || free * 4 < pages) return false;
    this.#db.exec(`PRAGMA incremental_vacuum(${SHRINK_PAGES})`);
    return true;
  }

  /**
   * The file gets the mark when everything else is in it. When it cannot be written, the next start needs the log, and finds it by
   * its link.
   */
  close(): void {
    if (!this.#db.isOpen) return;
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
    const marked = this.#try(CHECKPOINT, markClean(1));
    this.#db.close();
    if (marked) this.#log.forget();
  }

  #migrate(directory: string): void {
    const format = this.#pragma('user_version');
    if (format > FORMAT)
      throw new Error(`the data file has format ${format}; this version knows up to ${FORMAT}`);
    if (format === FORMAT) return;
    for (const migration of MIGRATIONS.slice(format)) this.#db.exec(migration);
    this.#db.exec(`PRAGMA user_version = ${FORMAT}`);
    syncDirectory(directory);
  }

  /**
   * From now on the file needs its log. The mark must be in the file itself, hence the checkpoint. Where the log cannot have its
   * link, or a full disk does not take the mark, the store starts nevertheless: then a lost log would go unnoticed.
   */
  #openLog(needsLog: boolean): void {
    const kept = this.#log.keep();
    if (kept !== needsLog) this.#try(markClean(kept ? 0 : 1), CHECKPOINT);
  }

  /** Whether the disk took all. */
  #try(...statements: string[]): boolean {
    try {
      for (const statement of statements) this.#db.exec(statement);
      return true;
    } catch {
      return false;
    }
  }

  #transaction(body: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      body();
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  #number(statement: StatementSync): number {
    return Number((statement.get() as unknown as [number])[0]);
  }

  #pragma(name: string): number {
    return Number(this.#db.prepare(`PRAGMA ${name}`).get()?.[name]);
  }
}

const SELECT_ROWS = 'SELECT revision, created, due, key, value, crc FROM writes';
type Row = [revision: number, created: number, due: number, key: string, value: Uint8Array, crc: number];

function check(bytes: Uint8Array, crc: number, { key, revision }: StoredRecord): void {
  if (crc32(bytes) !== crc)
    throw new CorruptRecord(`the checksum of revision ${revision}, key ${key}, is wrong`);
}
