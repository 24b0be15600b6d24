// The loop devices of volumes on nodes' disks, which outlive the nodes' mount namespaces: let go once nothing is mounted any more. A file
// system that was frozen when its driver was killed is thawed first, for it could not be unmounted. Used by destroy.ts.
import { existsSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../kit/clock.ts';
import { diskDirectory, type NodePlan, type NodesPlan } from '../plan.ts';
import { hostShell, namespaceShell } from '../shell.ts';

/** Unmounting writes out what is not on disk yet. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 20;

/** While the mount namespaces are there, and after all processes have ended. */
export async function thawVolumes(plan: NodesPlan): Promise<void> {
  for (const node of plan.nodes) {
    if (!(await hasDrafts(node))) continue;
    const shell = node.pins ? namespaceShell(node.pins) : hostShell;
    const { stdout } = await shell.tryExec(['findmnt', '--noheadings', '--raw', '--output', 'SOURCE,TARGET']);
    for (const line of stdout.split('\n')) {
      const [source = '', target = ''] = line.split(' ');
      if (source.startsWith('/dev/loop') && unescaped(target).startsWith(`${plan.directory}/`))
        await shell.tryExec(['fsfreeze', '-u', unescaped(target)]);
    }
  }
}

/** A file system is frozen only while a copy of its volume is made (src/storage/README.md). */
async function hasDrafts(node: NodePlan): Promise<boolean> {
  const folders = ['volumes', 'snapshots'].map((name) => join(diskDirectory(node), name));
  const files = await Promise.all(folders.map((folder) => readdir(folder).catch(() => [])));
  return files.flat().some((file) => file.endsWith('.new'));
}

/** After everything has been unmounted. */
export async function detachVolumes(plan: NodesPlan, clock: Clock): Promise<void> {
  if (!plan.nodes.some((node) => existsSync(diskDirectory(node)))) return;
  const below = `${await realpath(plan.directory)}/nodes/`;
  const start = clock.monotonic();
  for (let left = await devicesOf(below); left.length > 0; left = await devicesOf(below)) {
    // One that is in use still goes by itself then.
    await hostShell.tryExec(['losetup', '--detach', ...left]);
    if (clock.monotonic() - start > PATIENCE_MS)
      throw new Error(`volumes are in use: ${left.join(', ')} cannot be detached`);
    await clock.sleep(PAUSE_MS);
  }
}

async function devicesOf(below: string): Promise<string[]> {
  const list = ['losetup', '--list', '--noheadings', '--raw', '--output', 'NAME,BACK-FILE'];
  const { stdout } = await hostShell.tryExec(list);
  const lines = stdout.split('\n').map((line) => line.split(' '));
  return lines.flatMap(([name = '', file = '']) => (unescaped(file).startsWith(below) ? [name] : []));
}

/** Both programs write blanks as hexadecimal numbers. */
const unescaped = (text: string): string =>
  text.replace(/\\x([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
