// What is mounted in a mount namespace, as the text of /proc/PID/mountinfo tells it: proc_pid_mountinfo(5). Pure; mount-info.ts reads the
// text. The kernel writes the table, but whoever may mount chooses paths and sources.

export interface MountEntry {
  readonly point: string;
  /** Of file system, e.g. ext4. */
  readonly type: string;
  /** What was mounted, e.g. /dev/loop0, or what a file system without a device is called. */
  readonly source: string;
  /** The part of the file system that is shown, e.g. /loop0 where a device's file is bound. */
  readonly root: string;
  /** Of this mount point. */
  readonly options: readonly string[];
  /** How mounts below it spread, e.g. shared:3. */
  readonly tags: readonly string[];
  /** Of the whole file system. */
  readonly superOptions: readonly string[];
}

/** In the order in which they were mounted. A line: id parent device root point options [tags…] - type source superoptions. */
export const parseMounts = (mountinfo: string): MountEntry[] =>
  mountinfo.split('\n').flatMap((line) => {
    const [left = '', right = ''] = line.split(' - ');
    const [, , , root, point, options = '', ...tags] = left.split(' ');
    const [type, source = '', superOptions = ''] = right.split(' ');
    if (!root || !point || !type) return [];
    return {
      point: unescaped(point),
      type,
      source: unescaped(source),
      root: unescaped(root),
      options: options.split(','),
      tags,
      superOptions: superOptions.split(','),
    };
  });

/** The kernel writes blanks and backslashes as octal numbers. */
const unescaped = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    : text;
