// Keeps SQLite's write-ahead log from getting lost, and tells a lost log from one that is not needed. Part of the worker.
//
// SQLite writes the log into the data file and removes it with the last connection, also when the thread is torn down and no code
// of ours runs. The data file then still says that it needs its log (`closing.clean` is 0), as it does when a log has been deleted
// that held writes. So the log has a second name, a hard link, which SQLite does not know: when the first name is gone, the link
// gives it back, and SQLite reads once more what it has written into the data file already.
//
// What makes that safe, whatever is killed between any two steps: the data file needs a log only while the link is one of the log
// that belongs to it. So the link is made before the mark is 0, and goes after the mark is 1 and the log has been removed.
import { closeSync, fsyncSync, linkSync, openSync, rmSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { CorruptRecord } from './refusal.ts';

export const logOf = (file: string): string => `${file}-wal`;
export const linkOf = (file: string): string => `${file}-log`;

export class LogFile {
  readonly #file: string;
  readonly #log: string;
  readonly #link: string;

  constructor(file: string) {
    this.#file = file;
    this.#log = logOf(file);
    this.#link = linkOf(file);
  }

  /**
   * Comes before SQLite opens the data file, which may remove the log. Gives whether the data file needs its log. Another process
   * may have the store open: what is done here does not harm it.
   */
  restore(): boolean {
    if (inodeOf(this.#log) === undefined) {
      const needed = needsLog(this.#file);
      if (needed && !link(this.#link, this.#log)) throw this.#missing(this.#log);
      return needed;
    }
    // SQLite removes the log of an empty file.
    if (!statSync(this.#file, { throwIfNoEntry: false })?.size) throw this.#missing(this.#file);
    this.keep();
    return needsLog(this.#file);
  }

  /** Whether the log has its second name; not on a file system that has no hard links, or no room. */
  keep(): boolean {
    const log = inodeOf(this.#log);
    if (log === undefined) return false;
    if (inodeOf(this.#link) === log) return true;
    rmSync(this.#link, { force: true });
    return link(this.#log, this.#link);
  }

  /** After the data file was closed with the mark that it needs no log. SQLite leaves the log where the data file could not grow. */
  forget(): void {
    if (inodeOf(this.#log) === undefined) rmSync(this.#link, { force: true });
  }

  #missing(file: string): CorruptRecord {
    const what = file === this.#log ? 'write-ahead log' : 'data file';
    return new CorruptRecord(`its ${what}, ${basename(file)}, is missing`);
  }
}

/** What the data file says by itself, without its log, which `immutable` keeps SQLite from opening, and from making. */
function needsLog(file: string): boolean {
  try {
    const db = new DatabaseSync(`${pathToFileURL(file)}?immutable=1`, { readOnly: true });
    try {
      return db.prepare('SELECT clean FROM closing').get()?.clean === 0;
    } finally {
      db.close();
    }
  } catch {
    // A new file, one of an older format, or a damaged one, which is found when it is read.
    return false;
  }
}

const inodeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.ino;

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    syncDirectory(dirname(to));
    return true;
  } catch {
    return false;
  }
}

/** The name of a new file is durable only after its directory is synced. */
export function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
