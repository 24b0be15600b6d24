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

/**
 * In the order in which they were mounted. A line: id parent device root point options [tags…] - type source superoptions. There may be very
 * many, of which somebody looks for few: of a line only the point is read before it is asked for more.
 */
export function parseMounts(mountinfo: string): MountEntry[] {
  const entries: MountEntry[] = [];
  for (const line of mountinfo.split('\n')) {
    const point = wordAt(line, POINT);
    if (point !== '' && line.includes(' - ')) entries.push(new Line(line, unescaped(point)));
  }
  return entries;
}

const [ROOT, POINT, OPTIONS, TAGS] = [3, 4, 5, 6];

class Line implements MountEntry {
  readonly point: string;
  readonly #line: string;

  constructor(line: string, point: string) {
    this.#line = line;
    this.point = point;
  }

  get root(): string {
    return unescaped(wordAt(this.#line, ROOT));
  }

  get options(): string[] {
    return wordAt(this.#line, OPTIONS).split(',');
  }

  get tags(): string[] {
    const end = this.#line.indexOf(' - ');
    return this.#line.slice(0, end).split(' ').slice(TAGS);
  }

  get type(): string {
    return wordAt(this.#fileSystem, 0);
  }

  get source(): string {
    return unescaped(wordAt(this.#fileSystem, 1));
  }

  get superOptions(): string[] {
    return wordAt(this.#fileSystem, 2).split(',');
  }

  get #fileSystem(): string {
    return this.#line.slice(this.#line.indexOf(' - ') + 3);
  }
}

/** '' if there are fewer. */
function wordAt(text: string, number: number): string {
  let from = 0;
  for (let i = 0; i < number; i++) {
    from = text.indexOf(' ', from) + 1;
    if (from === 0) return '';
  }
  const end = text.indexOf(' ', from);
  return end < 0 ? text.slice(from) : text.slice(from, end);
}

/** The kernel writes blanks and backslashes as octal numbers. */
const unescaped = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    : text;
