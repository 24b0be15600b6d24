// The edge to the kernel: writes what a node's models want, one transaction for all changes of a few milliseconds, and the whole
// table at the start and after a failure. Called by node-policies.ts.
import { Backoff } from '../../kit/backoff.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { NodeExec } from '../node-exec.ts';
import type { PolicyModel } from './model.ts';
import { transaction, type Written } from './transaction.ts';

export interface WriterOptions {
  readonly models: readonly PolicyModel[];
  readonly exec: NodeExec;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Changes within this time go into one transaction. */
const DEBOUNCE_MS = 5;
/** Milliseconds between attempts after a failure. */
const BACKOFF = { base: 100, cap: 10_000 };

/** Without it packets between pods of one node cross their bridge unseen. Written each time: others may have switched it off. */
const BRIDGE = '/proc/sys/net/bridge/bridge-nf-call-iptables';
const CALL_FROM_BRIDGE = `[ -e ${BRIDGE} ] || modprobe br_netfilter; [ "$(cat ${BRIDGE})" = 1 ] || echo 1 > ${BRIDGE}`;

export class PolicyWriter {
  readonly #options: WriterOptions;
  readonly #backoff = new Backoff<'write'>(BACKOFF);
  #written: (Written | 'unknown' | undefined)[];
  /** Counts changes; and how many of them the kernel has. */
  #noted = 0;
  #done = 0;
  #waiting: { readonly until: number; readonly resolve: () => void }[] = [];
  #timer: Timer | undefined;
  #running = false;
  #stopped = false;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#written = options.models.map(() => 'unknown');
  }

  /** The models have changed. */
  changed(): void {
    this.#noted++;
    this.#schedule(DEBOUNCE_MS);
  }

  /** Resolves when the kernel has everything that has changed so far. */
  settled(): Promise<void> {
    if (this.#done === this.#noted) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ until: this.#noted, resolve }));
  }

  /** The rules stay. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #schedule(delay: number): void {
    if (this.#stopped || this.#timer || this.#running) return;
    this.#timer = this.#options.clock.after(delay, () => {
      this.#timer = undefined;
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    const until = this.#noted;
    let delay = DEBOUNCE_MS;
    this.#running = true;
    try {
      await this.#write();
      this.#done = until;
      this.#backoff.forget('write');
    } catch (error) {
      // What the kernel has now is unknown.
      this.#written = this.#written.map(() => 'unknown');
      delay = this.#backoff.next('write');
      this.#options.log.error('network policies could not be written; pods wait to start', { delay, error });
    }
    this.#running = false;
    for (const { resolve } of this.#waiting.filter((w) => w.until <= this.#done)) resolve();
    this.#waiting = this.#waiting.filter((w) => w.until > this.#done);
    if (this.#done < this.#noted) this.#schedule(delay);
  }

  async #write(): Promise<void> {
    const { models, exec } = this.#options;
    const next = models.map((model, i) => transaction(model.family, this.#written[i], model.wanted()));
    if (this.#written.some((written) => written === 'unknown') && next.some(({ written }) => written))
      await exec(['sh', '-c', CALL_FROM_BRIDGE]);
    const input = next.map(({ text }) => text).join('');
    if (input) await exec(['nft', '-f', '-'], { input });
    this.#written = next.map(({ written }) => written);
  }
}
