// Which servers this machine runs, so that `tiphys status` finds them: one file each in /run/tiphys/servers, gone after a reboot.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../pki/credential-files.ts';

export interface ServerRecord {
  readonly name: string;
  readonly dataDir: string;
  /** Its URL. */
  readonly api: string;
  readonly pid: number;
}

const DIRECTORY = '/run/tiphys/servers';

const fileOf = (dataDir: string): string =>
  join(DIRECTORY, `${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}.json`);

export function registerServer(record: ServerRecord): void {
  mkdirSync(DIRECTORY, { recursive: true, mode: 0o755 });
  writeAtomically(fileOf(record.dataDir), JSON.stringify(record));
}

export const unregisterServer = (dataDir: string): void => rmSync(fileOf(dataDir), { force: true });

export function listServers(): ServerRecord[] {
  const names = readDirectory().filter((name) => name.endsWith('.json'));
  return names.map((name) => JSON.parse(readFileSync(join(DIRECTORY, name), 'utf8')) as ServerRecord);
}

/** Whether it runs, and is not another process that got its number. */
export function serverRuns({ pid }: ServerRecord): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes('server');
  } catch {
    return false;
  }
}

function readDirectory(): string[] {
  try {
    return readdirSync(DIRECTORY);
  } catch {
    return [];
  }
}
