// Makes a store's directory from a snapshot: complete and durable, or not at all. Called by the command `tiphys snapshot restore`.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { Database } from '../sqlite/database.ts';
import { newSlab, recordSize, type StoredRecord, writeRecord } from '../sqlite/record-codec.ts';
import type { SnapshotHeader } from './format.ts';
import { readSnapshot } from './read.ts';

export interface RestoreOptions {
  readonly file: string;
  /** The store's directory; must not exist. */
  readonly directory: string;
  /**
   * Added to the revision that the store goes on from, so that clients which have seen later revisions than the snapshot's do
   * not take new versions for old ones (etcdutl's --bump-revision with --mark-compacted).
   */
  readonly bump?: number;
}

export interface Restored extends SnapshotHeader {
  /** The revision that the store shows. */
  readonly shown: number;
}

/** Old versions are not in a snapshot: what clients knew before is answered with 410 Gone, and they list again. */
export async function restoreSnapshot({ file, directory, bump = 0 }: RestoreOptions): Promise<Restored> {
  if (existsSync(directory)) throw new Error(`${directory} exists`);
  const part = `${directory}.restoring`;
  rmSync(part, { recursive: true, force: true });
  const database = new Database(part);
  try {
    const header = await readSnapshot(file, (records) => {
      if (records.length > 0) database.append(slabOf(byRevision(records)));
    });
    const shown = header.revision + bump;
    database.forget(shown, []);
    database.close();
    renameSync(part, directory);
    return { ...header, shown };
  } catch (error) {
    database.close();
    rmSync(part, { recursive: true, force: true });
    throw error;
  }
}

const byRevision = (records: readonly StoredRecord[]) => [...records].sort((a, b) => a.revision - b.revision);

/** The records as one transaction of the engine. */
export function slabOf(records: readonly StoredRecord[]): Buffer {
  const slab = newSlab(records.reduce((sum, record) => sum + recordSize(record), 0));
  let offset = 0;
  for (const record of records) offset = writeRecord(slab, offset, record);
  return slab;
}
