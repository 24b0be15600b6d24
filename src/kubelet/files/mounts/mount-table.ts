// What is mounted on the node: the table of its mount namespace, which need not be the kubelet's, read anew each time, since
// pods may mount as well (mountPropagation). The table stays open once it was asked for, so that no process is needed for
// each reading; nothing here touches what is mounted, so a server that is away holds up nothing. Used by node-mounts.ts.
import { closeSync, openSync, read } from 'node:fs';
import { promisify } from 'node:util';
import type { NodeExec } from '../../options.ts';

export class MountTable {
  readonly #run: NodeExec;
  #opened: Promise<number> | undefined;
  #isClosed = false;
  /** Readings one after the other: they share the position of the open file. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(run: NodeExec) {
    this.#run = run;
  }

  async has(path: string): Promise<boolean> {
    return (await this.#read()).some(({ point }) => point === path);
  }

  /** Whether a device is mounted anywhere. */
  async hasSource(device: string): Promise<boolean> {
    return (await this.#read()).some(({ source }) => source === device);
  }

  /**
   * The mount points at the path and below it, in an order in which they can be unmounted. One on which something is mounted
   * twice stands there twice.
   */
  async within(path: string): Promise<string[]> {
    const points = (await this.#read()).map(({ point }) => point);
    const found = points.filter((point) => point === path || point.startsWith(`${path}/`));
    return found.sort((a, b) => b.length - a.length);
  }

  #read(): Promise<MountEntry[]> {
    const reading = this.#last.then(async () => {
      const entries = mountEntries(await readAll(await this.#open()));
      if (this.#isClosed) await this.#letGo();
      return entries;
    });
    this.#last = reading.catch(() => {});
    return reading;
  }

  /** An open table keeps the node's mount namespace alive. From now on it is opened for each reading alone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
    await this.#letGo();
  }

  async #letGo(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened) closeSync(await opened);
  }

  #open(): Promise<number> {
    this.#opened ??= this.#openTable().catch((error) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  /** The file shows the namespace of the process through which it was opened, also when that has ended. */
  async #openTable(): Promise<number> {
    let opened: number | undefined;
    const answer = async (pid: number) => {
      opened = openSync(`/proc/${pid}/mountinfo`, 'r');
      return '\n';
    };
    await this.#run(['sh', '-c', 'echo; read -r _'], { answer });
    if (opened === undefined) throw new Error('the table of mounts was not opened');
    return opened;
  }
}

interface MountEntry {
  readonly point: string;
  /** A device, or what a file system without one is called. */
  readonly source: string;
}

/** Of a line the fifth field, and the second after the hyphen. */
const mountEntries = (mountinfo: string): MountEntry[] =>
  mountinfo.split('\n').flatMap((line) => {
    const [mount = '', fileSystem = ''] = line.split(' - ');
    const point = mount.split(' ', 5)[4];
    return point ? [{ point: unescaped(point), source: unescaped(fileSystem.split(' ', 2)[1] ?? '') }] : [];
  });

/** The kernel writes blanks and backslashes as octal numbers. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, code: string) => character(code));

const character = (octal: string): string => String.fromCharCode(Number.parseInt(octal, 8));

const readFrom = promisify(read);

async function readAll(file: number): Promise<string> {
  const parts: Buffer[] = [];
  for (let position = 0; ; ) {
    const buffer = Buffer.allocUnsafe(1 << 16);
    const { bytesRead } = await readFrom(file, buffer, 0, buffer.length, position);
    if (bytesRead === 0) return Buffer.concat(parts).toString();
    parts.push(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}
