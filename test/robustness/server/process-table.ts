// A process table of its own for one process and its children, which can be full: a cgroup of the pids controller.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';

const V1 = '/sys/fs/cgroup/pids';
const V2 = '/sys/fs/cgroup';

export class ProcessTable {
  readonly #directory: string;
  readonly #root: string;

  constructor(name: string) {
    this.#root = existsSync(join(V1, 'cgroup.procs')) ? V1 : V2;
    if (this.#root === V2) writeFileSync(join(V2, 'cgroup.subtree_control'), '+pids');
    this.#directory = join(this.#root, name);
    mkdirSync(this.#directory, { recursive: true });
  }

  /** Neither process nor thread can be added to what this process has now, or `most`. */
  fill(pid: number, most?: number): void {
    writeFileSync(join(this.#directory, 'cgroup.procs'), String(pid));
    const now = most ?? readFileSync(join(this.#directory, 'pids.current'), 'utf8');
    writeFileSync(join(this.#directory, 'pids.max'), String(now));
  }

  /** There is room again; whoever is in it goes back. */
  async clear(): Promise<void> {
    writeFileSync(join(this.#directory, 'pids.max'), 'max');
    // A process that is just being started may be added while the others go.
    await eventually('an empty process table', () => {
      const pids = readFileSync(join(this.#directory, 'cgroup.procs'), 'utf8').trim();
      for (const pid of pids.split('\n').filter(Boolean))
        writeFileSync(join(this.#root, 'cgroup.procs'), pid);
      rmdirSync(this.#directory);
      return true;
    });
  }
}
