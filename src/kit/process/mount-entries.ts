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

const [ZERO, SEVEN] = [48, 55];

/** The value of three octal digits; undefined for anything else. */
function octalAt(text: string, at: number): number | undefined {
  let value = 0;
  for (let i = at; i < at + 3; i++) {
    const code = text.charCodeAt(i);
    if (!(code >= ZERO && code <= SEVEN)) return undefined;
    value = value * 8 + code - ZERO;
  }
  return value;
}

/** The kernel writes blanks and backslashes as octal numbers. Without an expression: most of the time would go there. */
function unescaped(text: string): string {
  let out = '';
  let from = 0;
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at + 1)) {
    const code = octalAt(text, at + 1);
    if (code === undefined) continue;
    out += text.slice(from, at) + String.fromCharCode(code);
    from = at + 4;
    at += 3;
  }
  return from === 0 ? text : out + text.slice(from);
}
