// What an error of SQLite or of the file system means for the store: whether the disk took nothing, for want of room or because
// it is read-only, or whether what is on disk is unknown. Called by serve.ts.
// Result codes: https://www.sqlite.org/rescode.html.
import type { Refusal } from './messages.ts';

/** A row whose checksum does not match, since SQLite itself does not notice when a disk returns other bytes; a file that is gone. */
export class CorruptRecord extends Error {}

const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;
/** A failed write of the log. The commit record is its last write, so the commit was not made. */
const SQLITE_IOERR_WRITE = 778;

const FULL = new Set(['ENOSPC', 'EDQUOT']);
const READ_ONLY = new Set(['EROFS']);

/** `probe` throws what the file system says to a write. */
export function refusalOf(error: Error, probe: () => void): Refusal {
  if (error instanceof CorruptRecord) return 'corrupt';
  const code = 'errcode' in error ? Number(error.errcode) : undefined;
  if (code === undefined) return ofSystem(error);
  if (code === SQLITE_FULL) return 'full';
  if (code === SQLITE_IOERR_WRITE) return ofWrite(probe);
  // The low byte is the primary code of an extended one.
  const primary = code & 0xff;
  if (primary === SQLITE_BUSY) return 'locked';
  if (primary === SQLITE_CORRUPT || primary === SQLITE_NOTADB) return 'corrupt';
  return primary === SQLITE_READONLY ? 'read-only' : 'failed';
}

function ofWrite(probe: () => void): Refusal {
  try {
    probe();
    return 'failed';
  } catch (error) {
    return ofSystem(error as Error);
  }
}

function ofSystem(error: NodeJS.ErrnoException): Refusal {
  if (FULL.has(error.code ?? '')) return 'full';
  return READ_ONLY.has(error.code ?? '') ? 'read-only' : 'failed';
}
