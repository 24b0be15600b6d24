// The cluster that commands mean without --name: the one of `tiphys cluster use`, or tiphys. One word in a file of the user's.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const DEFAULT_NAME = 'tiphys';

/** As optionProblem has it. */
const NAME = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/;

const file = (): string =>
  join(process.env.XDG_CONFIG_HOME || join(process.env.HOME || homedir(), '.config'), 'tiphys', 'cluster');

let known: string | undefined;

/** Read once: many options have it as their default. */
export function currentCluster(): string {
  known ??= readName();
  return known;
}

function readName(): string {
  try {
    const name = readFileSync(file(), 'utf8').trim();
    return NAME.test(name) ? name : DEFAULT_NAME;
  } catch {
    return DEFAULT_NAME;
  }
}

export function useCluster(name: string): void {
  known = undefined;
  if (name === DEFAULT_NAME) return rmSync(file(), { force: true });
  mkdirSync(dirname(file()), { recursive: true });
  const partial = `${file()}.${process.pid}.tmp`;
  writeFileSync(partial, `${name}\n`);
  renameSync(partial, file());
}

/** A cluster of that name is no more. */
export function forgetCluster(name: string): void {
  if (currentCluster() === name && name !== DEFAULT_NAME) useCluster(DEFAULT_NAME);
}
