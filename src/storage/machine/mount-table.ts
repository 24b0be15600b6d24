// What is mounted in the node's mount namespace, as /proc/PID/mountinfo tells it there. Pure. Used by mounts.ts.

export interface Mount {
  readonly point: string;
  readonly type: string;
  /** What was mounted, e.g. /dev/loop0. */
  readonly source: string;
  /** The part of the file system that is shown, e.g. /loop0 where a device's file is bound. */
  readonly root: string;
  /** Of this mount point. */
  readonly options: readonly string[];
  /** Of the whole file system. */
  readonly superOptions: readonly string[];
}

/** A line: id parent device root point options [tags…] - type source superoptions. */
export const parseMounts = (mountinfo: string): Mount[] =>
  mountinfo.split('\n').flatMap((line) => {
    const [left = '', right = ''] = line.split(' - ');
    const [, , , root, point, options] = left.split(' ');
    const [type, source, superOptions] = right.split(' ');
    if (!root || !point || !type || !source) return [];
    return {
      point: unescaped(point),
      type,
      source: unescaped(source),
      root: unescaped(root),
      options: options?.split(',') ?? [],
      superOptions: superOptions?.split(',') ?? [],
    };
  });

/** The kernel writes blanks and backslashes as octal numbers. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** True for a place where the device's file system, or its file, can be reached. */
export const shows = ({ source, type, root }: Mount, device: string): boolean =>
  source === device || (type === 'devtmpfs' && `/dev${root}` === device);

/** The same where the image is gone and nobody knows any more which device it had: any loop device then. */
export const isOf = (device: string | undefined, mount: Mount): boolean =>
  device ? shows(mount, device) : mount.source.startsWith('/dev/loop') || mount.root.startsWith('/loop');

/** An error has made the file system read-only; nobody asked for it. */
export const hasFailed = ({ options, superOptions }: Mount): boolean =>
  superOptions.includes('emergency_ro') || (superOptions.includes('ro') && !options.includes('ro'));
