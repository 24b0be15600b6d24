// The last two readings of each node that somebody asks about. Nothing is read unless it is asked for: what is known may be ten
// seconds old, then the node is read again. A node that was not asked about lately is read twice, a second apart, because CPU is
// measured between two readings. After some minutes in which nobody asks, everything is forgotten.
// Called by metrics-api.ts.
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Reading } from './reading.ts';
import type { Pair } from './usage.ts';

export interface SamplesOptions {
  /** Reads a node's kubelet; rejects if it does not answer. */
  readonly read: (node: string, signal: AbortSignal) => Promise<Reading>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How old an answer may be, in milliseconds. */
const FRESH_MS = 10_000;
/** The longest interval that is measured. */
const OLD_MS = 90_000;
/** Between the two readings of a node that was not asked about lately. */
const APART_MS = 1000;
/** For one reading. */
const READ_MS = 10_000;
/** How long a request waits for slow nodes. What they answer later counts for the next one. */
const WAIT_MS = 4000;
/** After which nodes that nobody asks about are forgotten. */
const IDLE_MS = 5 * 60_000;
/** Nodes that are read at the same time. */
const MOST_AT_ONCE = 16;

interface Taken {
  readonly reading: Reading;
  /** On the monotonic clock. */
  readonly when: number;
}

interface NodeState {
  last?: Taken;
  previous?: Taken;
  reading?: Promise<void>;
  /** It did not answer the last time: nobody waits for it, but it is asked. */
  failed: boolean;
  askedAt: number;
}

export class Samples {
  readonly #options: SamplesOptions;
  readonly #nodes = new Map<string, NodeState>();
  readonly #stopping = new AbortController();
  readonly #queue: (() => void)[] = [];
  #running = 0;
  #idle: Timer | undefined;

  constructor(options: SamplesOptions) {
    this.#options = options;
  }

  /** Nodes of which something is known. */
  get size(): number {
    return this.#nodes.size;
  }

  /** Resolves when the nodes have been read lately, or do not answer in time. Never rejects. */
  async refresh(nodes: Iterable<string>): Promise<void> {
    const waits: Promise<void>[] = [];
    for (const node of nodes) {
      const state = this.#state(node);
      if (!this.#isFresh(state)) state.reading ??= this.#take(node, state);
      if (state.reading && !state.failed) waits.push(state.reading);
    }
    if (waits.length === 0) return;
    const late = new AbortController();
    const { clock } = this.#options;
    const limit = clock.sleep(WAIT_MS, late.signal).catch(() => {});
    await Promise.race([Promise.all(waits), limit]);
    late.abort();
  }

  /** Undefined if the node has not been read twice. */
  pair(node: string): Pair | undefined {
    const { last, previous } = this.#nodes.get(node) ?? {};
    if (!last || !previous || this.#options.clock.monotonic() - last.when > OLD_MS) return undefined;
    return { last: last.reading, previous: previous.reading };
  }

  stop(): void {
    this.#stopping.abort();
    this.#idle?.cancel();
  }

  #state(node: string): NodeState {
    const now = this.#options.clock.monotonic();
    const state = this.#nodes.get(node) ?? { failed: false, askedAt: now };
    state.askedAt = now;
    this.#nodes.set(node, state);
    this.#idle ??= this.#options.clock.after(IDLE_MS, () => this.#forget());
    return state;
  }

  #isFresh({ last, previous }: NodeState): boolean {
    return (
      last !== undefined && previous !== undefined && this.#options.clock.monotonic() - last.when < FRESH_MS
    );
  }

  async #take(node: string, state: NodeState): Promise<void> {
    const { clock, log } = this.#options;
    try {
      const isKnown = state.last && clock.monotonic() - state.last.when <= OLD_MS;
      if (!isKnown) {
        await this.#read(node, state);
        await clock.sleep(APART_MS, this.#stopping.signal);
      }
      await this.#read(node, state);
      state.failed = false;
    } catch (error) {
      state.failed = true;
      if (!this.#stopping.signal.aborted)
        log.debug('a kubelet was not read', { node, error: messageOf(error) });
    } finally {
      delete state.reading;
    }
  }

  async #read(node: string, state: NodeState): Promise<void> {
    const { clock, read } = this.#options;
    await this.#turn();
    const late = new AbortController();
    const timer = clock.after(READ_MS, () => late.abort());
    try {
      const reading = await read(node, AbortSignal.any([late.signal, this.#stopping.signal]));
      if (state.last) state.previous = state.last;
      state.last = { reading, when: clock.monotonic() };
    } finally {
      timer.cancel();
      this.#running--;
      this.#queue.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    if (this.#running >= MOST_AT_ONCE) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#running++;
  }

  #forget(): void {
    const { clock } = this.#options;
    for (const [node, state] of this.#nodes)
      if (clock.monotonic() - state.askedAt >= IDLE_MS && !state.reading) this.#nodes.delete(node);
    this.#idle = this.#nodes.size > 0 ? clock.after(IDLE_MS, () => this.#forget()) : undefined;
  }
}
