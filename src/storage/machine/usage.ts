// How full a mounted file system is, as statfs tells it in the node's mount namespace.
import { quick, type Run } from './run.ts';

export interface Usage {
  readonly totalBytes: number;
  readonly freeBytes: number;
  /** For users other than root. */
  readonly availableBytes: number;
  readonly inodes: number;
  readonly inodesFree: number;
}

const FORMAT = '%S %b %f %a %c %d';

export async function usageAt(run: Run, point: string): Promise<Usage> {
  const output = await quick(run)(['stat', '--file-system', '--format', FORMAT, point]);
  const [unit = 0, blocks = 0, free = 0, available = 0, inodes = 0, inodesFree = 0] = output
    .trim()
    .split(' ')
    .map(Number);
  return {
    totalBytes: blocks * unit,
    freeBytes: free * unit,
    availableBytes: available * unit,
    inodes,
    inodesFree,
  };
}
