// Shows a cluster's progress: one line a step, a word about what takes longer than a second, and at the end what to do next. On a terminal
// that word is one line that changes; elsewhere, as in CI, plain lines.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterSummary, Progress } from '../../cluster/progress.ts';
import { type Clock, systemClock, type Timer } from '../../kit/clock.ts';

export interface Screen {
  write(text: string): void;
  /** Whether a line can be written over. */
  readonly isTerminal: boolean;
}

const standardError = (): Screen => ({
  write: (text) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true && !process.env.CI,
});

/** What takes less is not spoken of. */
const QUIET_MS = 1_000;
/** Plain lines about the same thing come this seldom. */
const AGAIN_MS = 10_000;

const ERASE = '\r\x1b[K';

export class ProgressDisplay {
  readonly #screen: Screen;
  readonly #clock: Clock;
  /** Since when what is being done, and when it was spoken of last. */
  readonly #doing = new Map<string, { since: number; told?: number }>();
  #timer: Timer | undefined;
  #hasLine = false;

  constructor(screen: Screen = standardError(), clock: Clock = systemClock) {
    this.#screen = screen;
    this.#clock = clock;
  }

  show(event: Progress): void {
    if (event.kind === 'begin') return this.#begin(event.text);
    if (event.kind === 'end') return this.#end(event.text);
    if (event.kind === 'step') return this.#print(`  ✓ ${event.text.padEnd(52)} ${seconds(event.ms)}\n`);
    for (const text of [...this.#doing.keys()]) this.#end(text);
    if (event.kind === 'ready') this.#print(nextSteps(event.summary, event.ms));
    else this.#print(`tiphys: ${event.text}\n`);
  }

  async during<T>(text: string, work: Promise<T>): Promise<T> {
    this.#begin(text);
    try {
      return await work;
    } finally {
      this.#end(text);
    }
  }

  #begin(text: string): void {
    this.#doing.set(text, { since: this.#clock.monotonic() });
    this.#timer ??= this.#clock.every(QUIET_MS / 2, () => this.#tick());
  }

  #end(text: string): void {
    this.#doing.delete(text);
    if (this.#doing.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#print('');
  }

  #tick(): void {
    const now = this.#clock.monotonic();
    const long = [...this.#doing].filter(([, { since }]) => now - since >= QUIET_MS);
    if (this.#screen.isTerminal) this.#rewrite(long, now);
    else for (const one of long) this.#tell(one, now);
  }

  /** The one that takes longest. */
  #rewrite([first]: [string, { since: number }][], now: number): void {
    if (!first) return;
    const [text, { since }] = first;
    this.#screen.write(`${ERASE}  … ${text} (${Math.floor((now - since) / 1000)} s)`);
    this.#hasLine = true;
  }

  #tell([text, doing]: [string, { since: number; told?: number }], now: number): void {
    if (doing.told !== undefined && now - doing.told < AGAIN_MS) return;
    const long = doing.told === undefined ? '' : ` (${Math.floor((now - doing.since) / 1000)} s)`;
    doing.told = now;
    this.#screen.write(`  … ${text}${long}\n`);
  }

  #print(text: string): void {
    this.#screen.write(this.#hasLine ? `${ERASE}${text}` : text);
    this.#hasLine = false;
  }
}

/** Of a command: `work` is spoken of when it takes longer than a second. */
export const spokenOf = <T>(text: string, work: Promise<T>): Promise<T> =>
  new ProgressDisplay().during(text, work);

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;

/** As the user can type it: from a clone, by npx, or installed. */
function commandWord({ TIPHYS_ROOT: root, npm_command: npm } = process.env): string {
  if (root && existsSync(join(root, 'src'))) return 'bin/tiphys';
  return npm === 'exec' ? 'npx tiphys' : 'tiphys';
}

function nextSteps(summary: ClusterSummary, ms: number): string {
  const named = summary.name === 'tiphys' ? '' : ` --name ${summary.name}`;
  const tiphys = commandWord();
  return `
Cluster ${summary.name} is ready after ${seconds(ms)}: ${summary.nodes.length} node${summary.nodes.length === 1 ? '' : 's'}, API at ${summary.api}

  kubectl --context ${summary.context} get pods -A      (or: ${tiphys} kubectl${named} get pods -A)
  ${tiphys} status${named}
  ${tiphys} image load${named} ARCHIVE|DIR            bring an image into every node
  ${tiphys} down${named}                              stop it and leave nothing behind

`;
}
