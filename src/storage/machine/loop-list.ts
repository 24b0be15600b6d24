// Which loop device each of some files has, by their inodes: the kernel's text of a file's path is another one once the mount namespace
// is gone through which the device was made. For the start of a driver and for cluster/nodes/teardown.
import { stat } from 'node:fs/promises';
import type { Run } from './run.ts';

const LIST = ['losetup', '--list', '--noheadings', '--output', 'NAME,BACK-INO,BACK-MAJ:MIN'];

/** Files without a device, and files that are gone, are not among the keys. */
export async function devicesOf(run: Run, files: readonly string[]): Promise<Map<string, string>> {
  if (files.length === 0) return new Map();
  const byFile = new Map((await run(LIST)).split('\n').flatMap(parseDevice));
  const found = new Map<string, string>();
  for (const file of byFile.size > 0 ? files : []) {
    const stats = await stat(file).catch(() => undefined);
    const device = stats && byFile.get(`${stats.ino} ${numbersOf(stats.dev)}`);
    if (device) found.set(file, device);
  }
  return found;
}

function parseDevice(line: string): [string, string][] {
  const [name, inode, numbers] = line.trim().split(/ +/);
  return name && inode && numbers ? [[`${inode} ${numbers}`, name]] : [];
}

/** As glibc has them in one number: 12 bits of the major one above 8 of the minor one, and the rest of that. */
export const numbersOf = (device: number): string =>
  `${(device >>> 8) & 0xfff}:${(device & 0xff) | ((device >>> 12) & 0xfff00)}`;
