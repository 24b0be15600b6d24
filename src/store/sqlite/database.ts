// The data file: one append-only table with a row and a checksum per write, and the compacted revision.
// Runs inside the store's worker; every public method is one transaction.
import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { newSlab, readRecords, recordSize, type StoredRecord, writeRecord } from './record-codec.ts';

export const FILE_NAME = 'store.db';

const FORMAT = 1;
const SLAB_SIZE = 1 << 20;
/** Free pages that are kept for later writes, and pages given back in one step. */
const SPARE_PAGES = 1_024;
const SHRINK_PAGES = 256;

/**
 * FULL syncs the write-ahead log at every commit: an acknowledged write is on disk. EXCLUSIVE keeps a second process out, and
 * SQLite then needs no shared-memory file. page_size and auto_vacuum only take effect in a new file, before its first table.
 */
const PRAGMAS = `
  PRAGMA page_size = 8192;
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA journal_size_limit = 33554432;
  PRAGMA wal_autocheckpoint = 1000;
  PRAGMA temp_store = MEMORY;
`;

/** A deletion is a row with created = 0 and an empty value; `due` is wall time in milliseconds, 0 for never. */
const SCHEMA = `
  CREATE TABLE writes (
    revision INTEGER PRIMARY KEY,
    created INTEGER NOT NULL,
    due REAL NOT NULL,
    crc INTEGER NOT NULL,
    key TEXT NOT NULL,
    value BLOB NOT NULL
  );
  CREATE TABLE compaction (revision INTEGER NOT NULL);
  INSERT INTO compaction VALUES (0);
  PRAGMA user_version = ${FORMAT};
`;

/** A row whose checksum does not match: SQLite itself does not notice when a disk returns other bytes than were written. */
export class CorruptRecord extends Error {}

export class Database {
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #compacted: StatementSync;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const db = new DatabaseSync(join(directory, FILE_NAME), { timeout: 500 });
    this.#db = db;
    db.exec(PRAGMAS);
    this.#transaction(() => this.#migrate(directory));
    this.#insert = db.prepare('INSERT INTO writes VALUES (?, ?, ?, ?, ?, ?)');
    this.#delete = db.prepare('DELETE FROM writes WHERE revision = ?');
    this.#compacted = db.prepare('UPDATE compaction SET revision = ?');
  }

  get compacted(): number {
    return Number(this.#db.prepare('SELECT revision FROM compaction').get()?.revision);
  }

  /** All rows in revision order, checked, in slabs. */
  *load(): Generator<Buffer> {
    const select = this.#db.prepare(
      'SELECT revision, created, due, key, value, crc FROM writes ORDER BY revision',
    );
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

  /** Writes every record of the slab, or none. Returns once they are on disk. */
  append(slab: Buffer): void {
    this.#transaction(() => {
      for (const { revision, created, due, key, value, bytes } of readRecords(slab))
        this.#insert.run(revision, created, due, crc32(bytes), key, value);
    });
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

  close(): void {
    this.#db.close();
  }

  #migrate(directory: string): void {
    const format = this.#pragma('user_version');
    if (format > FORMAT)
      throw new Error(`the data file has format ${format}; this version knows up to ${FORMAT}`);
    if (format === FORMAT) return;
    this.#db.exec(SCHEMA);
    syncDirectory(directory);
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

  #pragma(name: string): number {
    return Number(this.#db.prepare(`PRAGMA ${name}`).get()?.[name]);
  }
}

type Row = [revision: number, created: number, due: number, key: string, value: Uint8Array, crc: number];

function check(bytes: Uint8Array, crc: number, { key, revision }: StoredRecord): void {
  if (crc32(bytes) !== crc)
    throw new CorruptRecord(`the checksum of revision ${revision}, key ${key}, is wrong`);
}

/** The name of a new file is durable only after its directory is synced. */
function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
