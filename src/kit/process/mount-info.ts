// What is mounted in a mount namespace, which need not be this process's, as the kernel tells it: read anew each time, from a file that
// stays open, so that a reading starts no program. For the kubelet's files and the driver of the node's disk.
import { closeSync, openSync, read } from 'node:fs';
import { promisify } from 'node:util';

/** Runs a program in the namespace. `answer` is that of ../exec.ts. */
type RunInside = (
  command: readonly string[],
  options: { answer: (pid: number) => Promise<string> },
) => Promise<unknown>;

export class MountInfo {
  readonly #run: RunInside;
  #opened: Promise<number> | undefined;
  #isClosed = false;
  /** Readings one after the other, as the kernel does them for one open file. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(run: RunInside) {
    this.#run = run;
  }

  /** The text of /proc/PID/mountinfo. */
  read(): Promise<string> {
    const reading = this.#last.then(async () => {
      const text = await readAll(await this.#open());
      if (this.#isClosed) await this.#letGo();
      return text;
    });
    this.#last = reading.catch(() => {});
    return reading;
  }

  /** An open table keeps the namespace alive. From now on it is opened for each reading alone. */
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
