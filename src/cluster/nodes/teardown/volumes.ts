// The loop devices of volumes on nodes' disks, which outlive the nodes' mount namespaces: let go once nothing is mounted any more. A file
// system that was frozen when its driver was killed is thawed first, for it could not be unmounted. Used by destroy.ts.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../kit/clock.ts';
import { devicesOf } from '../../../storage/machine/loop-list.ts';
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
  const images = (await Promise.all(plan.nodes.map(imagesOf))).flat();
  if (images.length === 0) return;
  const start = clock.monotonic();
  for (let left = await attached(images); left.length > 0; left = await attached(images)) {
    // One that is in use still goes by itself then.
    await hostShell.tryExec(['losetup', '--detach', ...left]);
    if (clock.monotonic() - start > PATIENCE_MS)
      throw new Error(`volumes are in use: ${left.join(', ')} cannot be detached`);
    await clock.sleep(PAUSE_MS);
  }
}

const attached = async (images: readonly string[]): Promise<string[]> => [
  ...(await devicesOf(hostShell.exec, images)).values(),
];

async function imagesOf(node: NodePlan): Promise<string[]> {
  const volumes = join(diskDirectory(node), 'volumes');
  const files = await readdir(volumes).catch(() => []);
  return files.filter((file) => file.endsWith('.img')).map((file) => join(volumes, file));
}

/** findmnt writes blanks as hexadecimal numbers. */
const unescaped = (text: string): string =>
  text.replace(/\\x([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
