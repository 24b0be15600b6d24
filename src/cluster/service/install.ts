// Writes a planned service where systemd finds it, starts it, and takes it away again. Called by the commands install-service
// and uninstall-service.
import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exec } from '../../kit/exec.ts';
import { UserError } from '../progress.ts';
import { type PlannedFile, serviceFiles } from './plan.ts';
import { type Role, unitName } from './unit.ts';

type Run = (command: readonly string[]) => Promise<string>;

export interface InstallOptions {
  readonly role: Role;
  readonly files: readonly PlannedFile[];
  /** Must be there before the service: it may write nothing else. */
  readonly dataDirectory: string;
  /** False: the next boot starts it. */
  readonly start: boolean;
  readonly run?: Run;
}

export async function installService(options: InstallOptions): Promise<void> {
  const { role, files, dataDirectory, start, run = exec } = options;
  requireSystemd();
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  for (const file of files) await write(file);
  await run(['systemctl', 'daemon-reload']);
  await run(['systemctl', 'enable', unitName(role)]);
  // An earlier installation may run with other words.
  if (start) await run(['systemctl', 'restart', unitName(role)]);
}

/** False when there was none. Data and pods stay. */
export async function uninstallService(role: Role, run: Run = exec): Promise<boolean> {
  requireSystemd();
  const [unit = ''] = serviceFiles(role);
  if (!existsSync(unit)) return false;
  await run(['systemctl', 'disable', '--now', unitName(role)]);
  for (const file of serviceFiles(role)) await rm(file, { force: true });
  await rmdir(dirname(serviceFiles(role)[1]!)).catch(() => {});
  await run(['systemctl', 'daemon-reload']);
  return true;
}

/** Whole or not at all, and never readable by others meanwhile. */
async function write({ path, content, mode, keep }: PlannedFile): Promise<void> {
  if (keep && existsSync(path)) return chmod(path, mode);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, content, { mode });
  await chmod(`${path}.new`, mode);
  await rename(`${path}.new`, path);
}

/** As sd_booted(3). */
function requireSystemd(): void {
  if (!existsSync('/run/systemd/system'))
    throw new UserError(
      'systemd does not run on this machine: print the unit with --dry-run and start it otherwise',
    );
}
