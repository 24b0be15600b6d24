// What is mounted on this machine, as /proc tells it. Read at creation (to adopt) and at teardown (to undo).
import { readFile } from 'node:fs/promises';

export interface MountEntry {
  mountpoint: string;
  type: string;
  /** True when mounts below it do not propagate. */
  private: boolean;
}

export async function listMounts(): Promise<MountEntry[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8');
  return text.split('\n').filter(Boolean).map(parseMount);
}

/** One line of mountinfo: id parent dev root mountpoint options [shared:N…] - type source superoptions. */
export function parseMount(line: string): MountEntry {
  const [left = '', right = ''] = line.split(' - ');
  const fields = left.split(' ');
  return {
    mountpoint: unescapeOctal(fields[4] ?? ''),
    type: right.split(' ')[0] ?? '',
    private: !fields.slice(6).some((f) => f.startsWith('shared:')),
  };
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

export function isMounted(mounts: readonly MountEntry[], mountpoint: string): boolean {
  return mounts.some((m) => m.mountpoint === mountpoint);
}

/** Mount points at or below `directory`, deepest first: the order to unmount them in. */
export function mountsBelow(mounts: readonly MountEntry[], directory: string): string[] {
  return mounts
    .map((m) => m.mountpoint)
    .filter((p) => p === directory || p.startsWith(`${directory}/`))
    .reverse();
}
