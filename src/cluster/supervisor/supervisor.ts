// Keeps one component running in a process of its own: starts it, watches its heartbeat, kills it when its event loop has
// been blocked for too long, and starts it again, soon at first and less often when it keeps dying, without giving up.
// Only the very first start may fail: then there is something for the user to change.

import type { ChildProcess } from 'node:child_process';
import { Backoff } from '../../kit/backoff.ts';
import { type Clock, rfc3339, type Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { UserError } from '../progress.ts';
import { type FromChild, SILENCE_LIMIT_MS, START_LIMIT_MS, type ToChild } from './messages.ts';
import { vitalsOf } from './vitals.ts';
import { Watchdog } from './watchdog.ts';

export interface SupervisorOptions<Settings> {
  /** Names the component in the log and in `tiphys status`. */
  readonly name: string;
  /** Starts a process; see spawn.ts. */
  readonly spawn: () => ChildProcess;
  /** Told to the process each time it starts; called when it asks. */
  readonly settings: () => Settings;
  /** Called with the process number of each new process. */
  readonly onSpawn?: (pid: number) => void;
  /** Milliseconds within which it must be ready; START_LIMIT_MS when left out. */
  readonly startLimitMs?: number;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface ComponentStatus {
  readonly name: string;
  readonly state: 'Starting' | 'Running' | 'Restarting';
  readonly pid?: number;
  readonly restarts: number;
  /** Why the last process ended, and when (RFC 3339). */
  readonly lastReason?: string;
  readonly lastTime?: string;
}

/** How long it must have run for its earlier deaths to be forgotten. */
const STEADY_MS = 60_000;
/** Milliseconds it gets to end by itself. */
const PATIENCE_MS = 10_000;

interface Waiting {
  resolve(port: number): void;
  reject(error: Error): void;
}

export class Supervisor<Settings> {
  readonly #options: SupervisorOptions<Settings>;
  readonly #backoff = new Backoff<string>({ base: 50, cap: 10_000 });
  readonly #watchdog: Watchdog;
  #child: ChildProcess | undefined;
  #state: ComponentStatus['state'] = 'Starting';
  #restarts = 0;
  #last: { reason: string; time: string } | undefined;
  /** Set until the first start has succeeded or failed. */
  #first: Waiting | undefined;
  #blocked = false;
  #readyAt = 0;
  #stopping = false;
  #retry: Timer | undefined;

  constructor(options: SupervisorOptions<Settings>) {
    this.#options = options;
    this.#watchdog = new Watchdog({
      clock: options.clock,
      limitMs: this.#startLimitMs,
      vitals: () => (this.#child?.pid === undefined ? undefined : vitalsOf(this.#child.pid)),
      onSilence: () => this.#killBlocked(),
    });
  }

  get #startLimitMs(): number {
    return this.#options.startLimitMs ?? START_LIMIT_MS;
  }

  get status(): ComponentStatus {
    const pid = this.#child?.pid;
    return {
      name: this.#options.name,
      state: this.#state,
      ...(pid && { pid }),
      restarts: this.#restarts,
      ...(this.#last && { lastReason: this.#last.reason, lastTime: this.#last.time }),
    };
  }

  /** Resolves with the port it listens on; rejects when the first process cannot start. */
  start(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#first = { resolve, reject };
      this.#spawn();
    });
  }

  /** Ends the process and starts no other. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#watchdog.stop();
    this.#retry?.cancel();
    const child = this.#child;
    if (!child) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const late = this.#options.clock.after(PATIENCE_MS, () => child.kill('SIGKILL'));
    await ended;
    late.cancel();
  }

  #spawn(): void {
    const { spawn, onSpawn } = this.#options;
    this.#blocked = false;
    let child: ChildProcess;
    try {
      child = spawn();
    } catch (error) {
      return this.#notStarted(error);
    }
    this.#child = child;
    this.#watchdog.heard(this.#startLimitMs);
    child.on('message', (message) => this.#told(child, message as FromChild));
    child.on('error', (error) => {
      // Without a process there is no `exit` either.
      if (child.pid === undefined) return this.#notStarted(error);
      // A message to a process that is just dying fails; its end is reported by itself.
      this.#options.log.debug('supervised process', { error: messageOf(error) });
    });
    child.once('exit', (code, signal) => this.#ended(this.#reason(code, signal)));
    if (child.pid) onSpawn?.(child.pid);
  }

  #tell(child: ChildProcess, message: ToChild<Settings>): void {
    if (child.connected) child.send(message, () => {});
  }

  #told(child: ChildProcess, message: FromChild): void {
    if (child !== this.#child) return;
    if (message.kind === 'hello')
      return this.#tell(child, { kind: 'start', settings: this.#options.settings() });
    if (message.kind === 'failed') return this.#failed(message);
    if (message.kind === 'ready') {
      this.#state = 'Running';
      this.#readyAt = this.#options.clock.monotonic();
      this.#watchdog.heard(SILENCE_LIMIT_MS);
      if (this.#restarts > 0) this.#options.log.info(`${this.#options.name} is running again`);
      this.#first?.resolve(message.port);
      this.#first = undefined;
      return;
    }
    if (this.#state === 'Running') this.#watchdog.heard();
    this.#tell(child, { kind: 'alive' });
  }

  #failed({ text, userError }: FromChild & { kind: 'failed' }): void {
    const { name, log } = this.#options;
    if (!this.#first) return log.error(`${name} could not start`, { text });
    this.#stopping = true;
    this.#first.reject(userError ? new UserError(text) : new Error(text));
    this.#first = undefined;
  }

  #killBlocked(): void {
    this.#blocked = true;
    this.#child?.kill('SIGKILL');
  }

  /** No room for a process or an open file, or a disk that cannot be written: that may pass. */
  #notStarted(error: unknown): void {
    if (this.#first) this.#first.reject(error as Error);
    else this.#ended(`it could not be started: ${messageOf(error)}`);
  }

  #reason(code: number | null, signal: NodeJS.Signals | null): string {
    if (this.#blocked && this.#state === 'Running') return 'its event loop was blocked for 5 s';
    if (this.#blocked) return `it was not ready within ${this.#startLimitMs / 1000} s`;
    return signal ? `killed by ${signal}` : `exit code ${code}`;
  }

  #ended(reason: string): void {
    this.#watchdog.stop();
    this.#child = undefined;
    const { name, clock, log } = this.#options;
    this.#first?.reject(new Error(`${name} ended while it started: ${reason}`));
    if (this.#stopping || this.#first) return;
    this.#last = { reason, time: rfc3339(clock.now()) };
    if (this.#state === 'Running' && clock.monotonic() - this.#readyAt > STEADY_MS)
      this.#backoff.forget(name);
    this.#state = 'Restarting';
    this.#restarts++;
    const delay = this.#backoff.next(name);
    log.error(`${name} ended; it is started again`, { reason, delayMs: delay, restarts: this.#restarts });
    this.#retry = clock.after(delay, () => this.#spawn());
  }
}
