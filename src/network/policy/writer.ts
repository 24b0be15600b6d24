// The edge to the kernel: writes what a node's models want, one transaction for all changes of a few milliseconds, and the whole
// table at the start and after a failure. Called by node-policies.ts.
import { Backoff } from '../../kit/backoff.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { NodeExec } from '../node-exec.ts';
import type { PolicyModel } from './model.ts';
import { closure, IPV6, removal } from './rules/family.ts';
import { transaction, type Written } from './transaction.ts';

export interface WriterOptions {
  readonly models: readonly PolicyModel[];
  /** The bridge of the node's pods. */
  readonly bridge: string;
  readonly exec: NodeExec;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Changes within this time go into one transaction. */
const DEBOUNCE_MS = 5;
/** Milliseconds between attempts after a failure. */
const BACKOFF = { base: 100, cap: 10_000 };

/** Without these packets between pods of one node cross their bridge unseen. Others may have switched them off. */
const CALLS = ['iptables', 'ip6tables'].map((which) => `/proc/sys/net/bridge/bridge-nf-call-${which}`);
const SEE_BRIDGED = [
  `[ -e ${CALLS[0]} ] || modprobe br_netfilter`,
  ...CALLS.map((file) => `[ "$(cat ${file})" = 1 ] || echo 1 > ${file}`),
].join(' && ');
/** There are kernels without the family. */
const IF_IPV6 = '[ ! -e /proc/net/if_inet6 ] || nft -f -';

export class PolicyWriter {
  readonly #options: WriterOptions;
  readonly #backoff = new Backoff<'write'>(BACKOFF);
  #written: (Written | 'unknown' | undefined)[];
  /** Whether the other family is closed; undefined when that is unknown. */
  #closed: boolean | undefined;
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
      this.#closed = undefined;
      delay = this.#backoff.next('write');
      this.#options.log.error('network policies could not be written; pods wait to start', { delay, error });
    }
    this.#running = false;
    for (const { resolve } of this.#waiting.filter((w) => w.until <= this.#done)) resolve();
    this.#waiting = this.#waiting.filter((w) => w.until > this.#done);
    if (this.#done < this.#noted) this.#schedule(delay);
  }

  async #write(): Promise<void> {
    const { models, bridge, exec } = this.#options;
    const next = models.map((model, i) =>
      transaction(model.family, this.#written[i], model.wanted(), bridge),
    );
    const isolates = next.some(({ written }) => written !== undefined);
    if (this.#closed !== isolates) await this.#close(isolates);
    this.#closed = isolates;
    const input = next.map(({ text }) => text).join('');
    if (input) await exec(['nft', '-f', '-'], { input });
    this.#written = next.map(({ written }) => written);
  }

  /** Before the first pod is isolated; undone after the last one. */
  async #close(isolates: boolean): Promise<void> {
    const { models, bridge, exec } = this.#options;
    if (isolates) await exec(['sh', '-c', SEE_BRIDGED]);
    if (models.some(({ family }) => family === IPV6)) return;
    await exec(['sh', '-c', IF_IPV6], { input: isolates ? closure(IPV6, bridge) : removal(IPV6) });
  }
}
