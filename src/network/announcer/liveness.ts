// Whether nodes answer on their network: a TCP connection to the kubelet's port, six times a second. An answer is an answer, also a
// refusal: the node's kernel gives it, which is what announced addresses need; whether the kubelet works does not matter here.
import net from 'node:net';
import type { Clock } from '../../kit/clock.ts';

export interface LivenessOptions {
  readonly clock: Clock;
  /** Resolves with whether the node of this address answers within a time. */
  readonly probe: (address: string, withinMs: number) => Promise<boolean>;
  /** A node has gone or come back. */
  readonly onChange: () => void;
}

const INTERVAL_MS = 150;
/** With more than 30 nodes the interval grows: 200 questions a second at most. 100 nodes are missed within 1,500 ms. */
const SPACING_MS = 5;
/** In a row, until a node counts as gone: within 600 ms. */
const MISSES = 3;
/** In a row, until it counts as there again. */
const ANSWERS = 4;

interface Watched {
  readonly stop: AbortController;
  /** Counts answers upwards from 0, or misses downwards, in a row. */
  row: number;
  alive: boolean;
}

export class Liveness {
  readonly #options: LivenessOptions;
  readonly #watched = new Map<string, Watched>();

  constructor(options: LivenessOptions) {
    this.#options = options;
  }

  /** Also true for an address that is not watched. */
  isAlive(address: string): boolean {
    return this.#watched.get(address)?.alive ?? true;
  }

  watch(addresses: ReadonlySet<string>): void {
    for (const [address, { stop }] of this.#watched)
      if (!addresses.has(address)) {
        stop.abort();
        this.#watched.delete(address);
      }
    for (const address of addresses) if (!this.#watched.has(address)) void this.#follow(address);
  }

  stop(): void {
    this.watch(new Set());
  }

  async #follow(address: string): Promise<void> {
    const { clock, probe } = this.#options;
    const watched: Watched = { stop: new AbortController(), row: 0, alive: true };
    this.#watched.set(address, watched);
    const { signal } = watched.stop;
    while (!signal.aborted) {
      const started = clock.monotonic();
      const interval = Math.max(INTERVAL_MS, this.#watched.size * SPACING_MS);
      this.#count(watched, await probe(address, interval));
      const rest = interval - (clock.monotonic() - started);
      await clock.sleep(Math.max(0, rest), signal).catch(() => {});
    }
  }

  #count(watched: Watched, answered: boolean): void {
    watched.row = answered ? Math.max(0, watched.row) + 1 : Math.min(0, watched.row) - 1;
    const alive = watched.alive ? watched.row > -MISSES : watched.row >= ANSWERS;
    if (alive === watched.alive) return;
    watched.alive = alive;
    if (!watched.stop.signal.aborted) this.#options.onChange();
  }
}

const ANSWER_CODES = new Set(['ECONNREFUSED', 'ECONNRESET']);

export function probeTcp(clock: Clock, port: number): LivenessOptions['probe'] {
  return (host, withinMs) =>
    new Promise((resolve) => {
      const socket = net.connect({ host, port });
      const end = (answered: boolean) => {
        timer.cancel();
        socket.destroy();
        resolve(answered);
      };
      // An answer may wait to be read while this process was busy: it is read before the time counts as over.
      const timer = clock.after(withinMs, () => void clock.turn().then(() => end(false)));
      socket.on('connect', () => end(true));
      socket.on('error', (error: NodeJS.ErrnoException) => end(ANSWER_CODES.has(error.code ?? '')));
    });
}
