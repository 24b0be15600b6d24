// The words of `cp`: [[namespace/]pod:]file/path, and paths on both sides. Pure; called by command.ts.
import { posix } from 'node:path';

export interface FileSpec {
  /** Empty for a file of this machine. */
  readonly pod: string;
  readonly namespace: string;
  readonly file: string;
}

export function fileSpec(word: string): FileSpec {
  const colon = word.indexOf(':');
  if (colon < 0) return { pod: '', namespace: '', file: withoutSlash(word) };
  const parts = word.slice(0, colon).split('/');
  if (colon === 0 || parts.length > 2)
    throw new Error('filespec must match the canonical format: [[namespace/]pod:]file/path');
  const pod = parts.at(-1)!;
  return { pod, namespace: parts.length === 2 ? parts[0]! : '', file: remotePath(word.slice(colon + 1)) };
}

const withoutSlash = (path: string): string =>
  path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;

/** Paths in containers have slashes, whatever the archive says. */
export const remotePath = (path: string): string => withoutSlash(path).replaceAll('\\', '/');

/** What names in the archive of a path start with: `tar` leaves a slash and steps above the root out. */
export const archivePrefix = (file: string): string =>
  withoutShortcuts(withoutSlash(posix.normalize(file.replace(/^[/\\]+/, '') || '.')));

function withoutShortcuts(path: string): string {
  let left = path;
  while (left.startsWith('../')) left = left.slice(3);
  if (left === '.' || left === '..') return '';
  return left.startsWith('/') ? left.slice(1) : left;
}

export interface Place {
  readonly path: string;
  /** True for an entry that would leave the target: it must not be written. */
  readonly outside: boolean;
}

/** Where an entry of the archive goes below `target`. */
export function placeOf(target: string, prefix: string, name: string): Place {
  const rest = remotePath(name.slice(prefix.length));
  const path = withoutSlash(posix.join(target, rest));
  // With the root in front, no `..` leads anywhere but back to it.
  const below = withoutSlash(posix.join(target, posix.normalize(`/${rest}`)));
  return { path, outside: path !== below };
}
