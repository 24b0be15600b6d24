// Reads every row of a damaged data file that can be read, and says what cannot. A row is good when its own checksum is.
// Called by repair.ts on a copy, which it may change.

import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { largest } from '../../kit/lists.ts';
import { Database, PAGE_SIZE } from '../sqlite/database.ts';
import { newSlab, recordSize, type StoredRecord, writeRecord } from '../sqlite/record-codec.ts';

export interface Loss {
  readonly revision: number;
  /** Unknown when the whole row cannot be read. */
  readonly key?: string;
  readonly reason: 'its checksum is wrong' | 'it cannot be read' | 'it is missing';
}

export interface Salvage {
  readonly records: readonly StoredRecord[];
  readonly losses: readonly Loss[];
  /** The newest revision that is known of. */
  readonly newest: number;
  readonly compacted: number;
}

/** Rows read at once; after an error each of as many revisions is read alone. */
const AT_ONCE = 128;
/** The end of the file is taken to be reached after so many revisions that cannot be read. */
const STOP_AFTER = 10_000;
/** Where the header of SQLite's file has its number of pages (https://www.sqlite.org/fileformat2.html). */
const PAGE_COUNT_AT = 28;

type Row = [revision: number, created: number, due: number, key: string, value: Uint8Array, crc: number];

export function salvage(file: string): Salvage {
  try {
    // SQLite would remove the log of an empty file.
    if (!statSync(file, { throwIfNoEntry: false })?.size) throw new Error(`${file} is empty`);
    return readAll(file);
  } catch {
    // Not even the table is found: its place is the same in every data file.
    replaceFirstPage(file);
    return readAll(file);
  }
}

function readAll(file: string): Salvage {
  padToLength(file);
  const db = new DatabaseSync(file);
  try {
    db.exec('PRAGMA writable_schema = ON');
    return readRows(db);
  } finally {
    db.close();
  }
}

function readRows(db: DatabaseSync): Salvage {
  const columns = 'SELECT revision, created, due, key, value, crc FROM writes WHERE revision';
  const many = db.prepare(`${columns} >= ? ORDER BY revision LIMIT ${AT_ONCE}`);
  const single = db.prepare(`${columns} = ?`);
  for (const statement of [many, single]) statement.setReturnArrays(true);
  const compacted = compactedOf(db);
  const records: StoredRecord[] = [];
  const losses: Loss[] = [];
  const take = (row: Row) => {
    const record = recordOf(row);
    if (record) records.push(record);
    else losses.push({ revision: row[0], key: String(row[3]), reason: 'its checksum is wrong' });
  };
  let expected = Math.max(compacted, 1) + 1;
  const seen = (revision: number) => {
    for (; expected < revision; expected++) losses.push({ revision: expected, reason: 'it is missing' });
    if (revision >= expected) expected = revision + 1;
  };
  for (let from = 0, unreadable = 0; unreadable < STOP_AFTER; ) {
    try {
      const rows = many.all(from) as unknown as Row[];
      if (rows.length === 0) break;
      for (const row of rows) {
        seen(row[0]);
        take(row);
      }
      from = rows.at(-1)![0] + 1;
      unreadable = 0;
    } catch {
      for (const end = from + AT_ONCE; from < end; from++) {
        try {
          const row = single.get(from) as unknown as Row | undefined;
          if (!row) continue;
          seen(from);
          take(row);
          unreadable = 0;
        } catch {
          seen(from);
          losses.push({ revision: from, reason: 'it cannot be read' });
          unreadable++;
        }
      }
    }
  }
  const last = records.at(-1)?.revision ?? 0;
  // Beyond the last good row nothing is known to have been there.
  const known = losses.filter(
    ({ revision, reason }) => revision <= last || reason === 'its checksum is wrong',
  );
  const newest = largest([compacted, last, ...known.slice(-1).map(({ revision }) => revision)]);
  return { records, losses: known, newest, compacted };
}

function compactedOf(db: DatabaseSync): number {
  try {
    return Number(db.prepare('SELECT revision FROM compaction').get()?.revision ?? 0);
  } catch {
    return 0;
  }
}

function recordOf([revision, created, due, key, value, crc]: Row): StoredRecord | undefined {
  if (typeof key !== 'string' || !(value instanceof Uint8Array)) return undefined;
  const record = { revision, created, due, key, value };
  const bytes = newSlab(recordSize(record));
  writeRecord(bytes, 0, record);
  return crc32(bytes) === crc ? record : undefined;
}

/** SQLite refuses a file that is shorter than its header says. */
function padToLength(file: string): void {
  const handle = openSync(file, 'r+');
  const count = Buffer.alloc(4);
  readSync(handle, count, 0, 4, PAGE_COUNT_AT);
  const length = count.readUInt32BE() * PAGE_SIZE;
  const { size } = fstatSync(handle);
  // The number may be damaged itself.
  if (size < length && length < 2 * size + (1 << 30)) ftruncateSync(handle, length);
  closeSync(handle);
}

function replaceFirstPage(file: string): void {
  const scratch = join(dirname(file), 'fresh');
  const fresh = new Database(scratch);
  fresh.close();
  copyFileSync(join(scratch, 'store.db'), `${file}.fresh`);
  rmSync(scratch, { recursive: true });
  const page = Buffer.alloc(PAGE_SIZE);
  const source = openSync(`${file}.fresh`, 'r');
  readSync(source, page, 0, PAGE_SIZE, 0);
  closeSync(source);
  const handle = openSync(file, existsSync(file) ? 'r+' : 'w+');
  page.writeUInt32BE(Math.ceil(fstatSync(handle).size / PAGE_SIZE), PAGE_COUNT_AT);
  writeSync(handle, page, 0, PAGE_SIZE, 0);
  closeSync(handle);
  rmSync(`${file}.fresh`);
}
