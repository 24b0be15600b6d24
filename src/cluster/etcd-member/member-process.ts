// etcd's own program as a child of this process: started, and started again when it ends, until it is told to stop. It ends with this
// process, however that ends. Called by server/.
import { type ChildProcess, spawn } from 'node:child_process';
import { Backoff } from '../../kit/backoff.ts';
import { type Clock, rfc3339, type Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { rotatedWriter } from '../../kit/logging/rotated-file.ts';
import type { ComponentStatus } from '../supervisor/supervisor.ts';

export interface MemberProcessOptions {
  /** Of etcd. */
  readonly flags: readonly string[];
  /** File for what it says. */
  readonly logFile: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How long it must have run for its earlier ends to be forgotten. */
const STEADY_MS = 60_000;
/** Milliseconds it gets to end by itself: a leader hands the lead over first. */
const PATIENCE_MS = 10_000;

export class MemberProcess {
  readonly #options: MemberProcessOptions;
  readonly #backoff = new Backoff<string>({ base: 100, cap: 10_000 });
  readonly #write: (text: string) => void;
  #child: ChildProcess | undefined;
  #retry: Timer | undefined;
  #stopping = false;
  #startedAt = 0;
  #restarts = 0;
  #last: { reason: string; time: string } | undefined;

  constructor(options: MemberProcessOptions) {
    this.#options = options;
    this.#write = rotatedWriter(options.logFile);
  }

  get status(): ComponentStatus {
    const pid = this.#child?.pid;
    return {
      name: 'etcd',
      state: pid ? 'Running' : 'Restarting',
      ...(pid && { pid }),
      restarts: this.#restarts,
      ...(this.#last && { lastReason: this.#last.reason, lastTime: this.#last.time }),
    };
  }

  start(): void {
    const { flags, clock } = this.#options;
    // The kernel ends it when this process has died.
    const words = ['--pdeathsig', 'TERM', '--', 'etcd', ...flags];
    // Debian's 3.4 asks for this word on ARM.
    const env = process.arch === 'arm64' ? { ...process.env, ETCD_UNSUPPORTED_ARCH: 'arm64' } : process.env;
    const child = spawn('setpriv', words, { stdio: ['ignore', 'pipe', 'pipe'], env });
    this.#child = child;
    this.#startedAt = clock.monotonic();
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => this.#write(text));
    child.on('error', (error) => this.#write(`${error.message}\n`));
    child.once('close', (code, signal) => this.#ended(signal ? `killed by ${signal}` : `exit code ${code}`));
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#retry?.cancel();
    const child = this.#child;
    if (!child) return;
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    child.kill('SIGTERM');
    const late = this.#options.clock.after(PATIENCE_MS, () => child.kill('SIGKILL'));
    await ended;
    late.cancel();
  }

  #ended(reason: string): void {
    this.#child = undefined;
    if (this.#stopping) return;
    const { clock, log } = this.#options;
    if (clock.monotonic() - this.#startedAt > STEADY_MS) this.#backoff.forget('etcd');
    this.#restarts++;
    this.#last = { reason, time: rfc3339(clock.now()) };
    const delayMs = this.#backoff.next('etcd');
    log.error('etcd ended; it is started again', { reason, delayMs, restarts: this.#restarts });
    this.#retry = clock.after(delayMs, () => this.start());
  }
}
