// A log file that several processes append to, limited in size with the older files beside it (`.1` is the newest of them).
// Used for the cluster's own log and for containerd's.
import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';

export interface RotationOptions {
  /** Bytes after which the file is rotated. */
  readonly maxSize: number;
  /** Older files that are kept. */
  readonly maxBackups: number;
}

/** Three files of 10 MiB at most (containerLogMaxSize of upstream's kubelet). */
export const LOG_ROTATION: RotationOptions = { maxSize: 10 * 1024 * 1024, maxBackups: 2 };
/** Bytes that one process writes before it looks at the file's size again. */
const CHECK_EVERY = 64 * 1024;

/** Appends to the file and rotates it; what cannot be written, as on a full disk, is dropped: a log never stops its program. */
export function rotatedWriter(path: string, options: RotationOptions = LOG_ROTATION): (text: string) => void {
  let unchecked = CHECK_EVERY;
  let file: number | undefined;
  return (text) => {
    try {
      file ??= openSync(path, 'a', 0o600);
      unchecked += text.length;
      if (unchecked >= CHECK_EVERY) {
        unchecked = 0;
        rotate(path, options);
      }
      writeSync(file, text);
    } catch {
      // Dropped.
    }
  };
}

/**
 * Rotates the file if it is too large. It is copied and emptied, not renamed: other processes have it open for
 * appending, and their standard error leads into it. A line written between the two steps is lost.
 */
export function rotate(path: string, options: RotationOptions = LOG_ROTATION): void {
  try {
    rotateNow(path, options);
  } catch {
    // Not possible now, as on a full disk: tried again later.
  }
}

function rotateNow(path: string, { maxSize, maxBackups }: RotationOptions): void {
  if (sizeOf(path) < maxSize) return;
  const lock = `${path}.lock`;
  if (!locked(lock)) return;
  const file = openSync(path, 'r+');
  try {
    if (fstatSync(file).size < maxSize) return;
    for (let n = maxBackups - 1; n >= 1; n--) moved(`${path}.${n}`, `${path}.${n + 1}`);
    if (maxBackups > 0) copyFileSync(path, `${path}.1`);
    ftruncateSync(file);
  } finally {
    closeSync(file);
    rmSync(lock, { force: true });
  }
}

/** Whether this process got the lock; the lock of a process that died is removed for the next try. */
function locked(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!isAlive(Number(readFileSync(lock, 'utf8')))) rmSync(lock, { force: true });
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && pid !== process.pid && process.kill(pid, 0);
  } catch {
    return false;
  }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

function moved(from: string, to: string): void {
  if (existsSync(from)) renameSync(from, to);
}
