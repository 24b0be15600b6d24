// The test's side of preload.ts: sets and clears what goes wrong inside a running cluster.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Enough for a test, and soon full. */
const HEAP_MB = 256;
const preload = new URL('preload.ts', import.meta.url).pathname;

export type CommitFault = 'before' | 'after' | 'kill-before' | 'kill-after' | 'die' | `slow ${number}`;

export class Failpoints {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory);
  }

  /** What a cluster must have in its environment. `intervals` shortens timers, in milliseconds: [[60_000, 250]]. */
  environment(intervals: readonly (readonly [number, number])[]): Record<string, string> {
    return {
      NODE_OPTIONS: `--import ${preload} --max-old-space-size=${HEAP_MB}`,
      ROBUSTNESS_FAILPOINTS: this.#directory,
      ROBUSTNESS_INTERVALS: intervals.map((pair) => pair.join('=')).join(','),
    };
  }

  failCommits(fault: CommitFault): void {
    this.#write('commit', fault);
  }

  moveClock(ms: number): void {
    this.#write('clock', String(ms));
  }

  /** The event loop of this process stands still for so many milliseconds. */
  block(pid: number, ms: number): void {
    this.#write(`block-${pid}`, String(ms));
  }

  /** This process allocates memory until it has none. */
  exhaustMemory(pid: number): void {
    this.#write(`exhaust-${pid}`, '');
  }

  clear(): void {
    for (const name of ['commit', 'clock']) rmSync(join(this.#directory, name), { force: true });
  }

  /** At once: the other side never reads half of it. */
  #write(name: string, content: string): void {
    const path = join(this.#directory, name);
    writeFileSync(`${path}.new`, content);
    renameSync(`${path}.new`, path);
  }
}
