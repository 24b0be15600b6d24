// Makes a damaged store usable: keeps a copy of the file as it is, and makes a new one of everything that can be read. Old versions
// go, and the revision is increased, so that no client goes on with a history that has holes. Called by `tiphys repair`.
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { slabOf } from '../snapshot/restore.ts';
import { Database, FILE_NAME } from '../sqlite/database.ts';
import { linkOf, logOf } from '../sqlite/log-file.ts';
import { recordSize, type StoredRecord } from '../sqlite/record-codec.ts';
import { type Loss, salvage } from './salvage.ts';

export interface RepairReport {
  /** Keys that the store has now. */
  readonly kept: number;
  /** A key whose newest version is lost shows an older one, if the file still has it. */
  readonly lost: readonly Loss[];
  /** The revision that the store goes on from. */
  readonly revision: number;
  /** The directory with the damaged files. */
  readonly copy: string;
}

/** Clients that have seen the newest revisions must find the store beyond them: more than any store writes in a day. */
const BUMP = 100_000_000;
const TRANSACTION_BYTES = 4 << 20;

/** `stamp` names the copy. The store must be closed. */
export function repairStore(directory: string, stamp: string): RepairReport {
  const copy = join(directory, `damaged-${stamp}`);
  const work = join(directory, 'repairing');
  rmSync(work, { recursive: true, force: true });
  copyStore(directory, copy);
  copyStore(directory, work);
  const { records, losses, newest } = salvage(join(work, FILE_NAME));
  const live = newestOf(records);
  const fresh = join(work, 'repaired');
  const database = new Database(fresh);
  for (const group of groupsOf(live)) database.append(slabOf(group));
  const revision = newest + BUMP;
  database.forget(revision, []);
  database.close();
  const file = join(directory, FILE_NAME);
  // Before the new file comes, which is none of this log's.
  for (const log of [logOf(file), linkOf(file)]) rmSync(log, { force: true });
  renameSync(join(fresh, FILE_NAME), file);
  rmSync(work, { recursive: true, force: true });
  return { kept: live.length, lost: losses, revision, copy };
}

/** The log, which may have only its second name, is copied once. */
function copyStore(from: string, to: string): void {
  mkdirSync(to, { mode: 0o700 });
  const [source, target] = [join(from, FILE_NAME), join(to, FILE_NAME)];
  if (existsSync(source)) copyFileSync(source, target);
  const log = [logOf(source), linkOf(source)].find((path) => existsSync(path));
  if (log) copyFileSync(log, logOf(target));
}

/** The newest version of each key that is not deleted, in revision order. */
function newestOf(records: readonly StoredRecord[]): StoredRecord[] {
  const byKey = new Map<string, StoredRecord>();
  for (const record of records) byKey.set(record.key, record);
  return [...byKey.values()].filter(({ created }) => created > 0).sort((a, b) => a.revision - b.revision);
}

function* groupsOf(records: readonly StoredRecord[]): Generator<StoredRecord[]> {
  let group: StoredRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    group.push(record);
    bytes += recordSize(record);
    if (bytes < TRANSACTION_BYTES) continue;
    yield group;
    group = [];
    bytes = 0;
  }
  if (group.length > 0) yield group;
}
