// Which file system a volume gets when nobody asks for one: ext4, unless this machine does not let it grow while pods use it and xfs may.
// Asked once per driver. The kernel: ext4_resize_begin wants CAP_SYS_RESOURCE; xfs_growfs only what mounting wants as well.
import { readFile } from 'node:fs/promises';
import { type FileSystemType, fileSystemOf } from './file-systems.ts';
import { quick, type Run } from './run.ts';

export interface Growth {
  readonly ext4: boolean;
  readonly xfs: boolean;
}

const CAP_SYS_RESOURCE = 24n;

/** Which of them can be made on this machine and grow while they are mounted; xfs only if ext4 cannot. */
export async function growthOf(run: Run): Promise<Growth> {
  const ext4 = hasCapability(await readFile('/proc/self/status', 'utf8'), CAP_SYS_RESOURCE);
  if (ext4) return { ext4, xfs: false };
  const known = (await readFile('/proc/filesystems', 'utf8')).split('\n').includes('\txfs');
  const made = quick(run)(['mkfs.xfs', '-V']).then(
    () => true,
    () => false,
  );
  return { ext4, xfs: known && (await made) };
}

/** From the text of /proc/PID/status. */
export function hasCapability(status: string, number: bigint): boolean {
  const line = status.split('\n').find((text) => text.startsWith('CapEff:'));
  const mask = line?.slice('CapEff:'.length).trim();
  return mask !== undefined && ((BigInt(`0x${mask}`) >> number) & 1n) === 1n;
}

/** A small volume would become larger than asked for as xfs. */
export const defaultType = ({ ext4, xfs }: Growth, requiredBytes: number): FileSystemType =>
  !ext4 && xfs && requiredBytes >= fileSystemOf('xfs').minimumBytes ? 'xfs' : 'ext4';
