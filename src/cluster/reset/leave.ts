// What a machine is to others before a reset: a service of systemd, and a member of the servers' etcd. Called by reset.ts.
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { messageOf } from '../../kit/message-of.ts';
import { readSavedServer } from '../server/saved-server.ts';
import { uninstallService } from '../service/install.ts';
import { serviceFiles } from '../service/plan.ts';
import type { Role } from '../service/unit.ts';
import { DEFAULT_DIRECTORIES } from './directories.ts';

/** Whether the service of that role keeps its things in the directory. */
export function hasService(role: Role, directory: string): boolean {
  const [unit = ''] = serviceFiles(role);
  return existsSync(unit) && isUnitOf(readFileSync(unit, 'utf8'), role, directory);
}

/** Pure. A unit that names no directory has the usual one. */
export function isUnitOf(unit: string, role: Role, directory: string): boolean {
  const named = /--(?:root|data)-dir"?[= ]"?([^\s"]+)/.exec(unit)?.[1];
  return (named ?? DEFAULT_DIRECTORIES[role]) === directory;
}

/** It would be started again otherwise. */
export async function removeService(role: Role): Promise<void> {
  if (existsSync('/run/systemd/system')) return void (await uninstallService(role));
  for (const file of serviceFiles(role)) await rm(file, { force: true });
}

/** While the server runs, or others do. Gives why it stays a member; undefined when it is none. */
export async function leaveEtcd(directory: string): Promise<string | undefined> {
  try {
    const saved = readSavedServer(directory);
    if (saved?.engine !== 'etcd') return undefined;
    const { removeMember } = await import('../server/members.ts');
    await removeMember(directory, saved.name, false);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
