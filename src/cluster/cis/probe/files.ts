// Modes and owners of files, as checks ask for them.
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { unless, type Verdict } from '../check.ts';

/** Every path must exist and allow nothing that `most` does not. */
export function modeAtMost(paths: readonly string[], most: number): Verdict {
  const problems = paths.flatMap((path) => {
    const mode = lstatSync(path).mode & 0o777;
    return (mode & ~most) === 0 ? [] : [`${path} has mode ${octal(mode)}`];
  });
  return unless(problems, `${counted(paths)} with mode ${octal(most)} or less`);
}

/** Every path must belong to this user and group. */
export function ownedBy(paths: readonly string[], uid: number, gid: number): Verdict {
  const problems = paths.flatMap((path) => {
    const found = lstatSync(path);
    return found.uid === uid && found.gid === gid ? [] : [`${path} belongs to ${found.uid}:${found.gid}`];
  });
  return unless(problems, `${counted(paths)} of ${uid}:${gid}`);
}

/** Files below `directory` whose name ends so, and the directories when `ending` is empty. */
export function below(directory: string, ending = ''): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(directory, name));
}

const octal = (mode: number) => mode.toString(8).padStart(3, '0');
const counted = (paths: readonly string[]) => (paths.length === 1 ? paths[0]! : `${paths.length} files`);
