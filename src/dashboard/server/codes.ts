// Codes by which a browser gets the session that `tiphys dashboard` asked for: each is good once, for a minute. They are in the memory
// of the server that made them, and only as hashes.
import { createHash } from 'node:crypto';
import type { Clock } from '../../kit/clock.ts';
import type { Random } from '../../kit/random.ts';

export const CODE_SECONDS = 60;
/** In all, and of one user: the oldest goes first. */
const MOST_CODES = 1000;
const MOST_OF_USER = 20;
const CODE_BYTES = 32;

interface Waiting<T> {
  readonly user: string;
  readonly until: number;
  readonly value: T;
}

export class Codes<T> {
  readonly #clock: Clock;
  readonly #random: Random;
  /** By the hash of the code, in the order of their making. */
  readonly #waiting = new Map<string, Waiting<T>>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  get size(): number {
    return this.#waiting.size;
  }

  make(user: string, value: T): string {
    const now = this.#clock.monotonic();
    for (const [hash, { until }] of this.#waiting) if (until <= now) this.#waiting.delete(hash);
    const own = [...this.#waiting].filter(([, waiting]) => waiting.user === user);
    if (own.length >= MOST_OF_USER) this.#waiting.delete(own[0]![0]);
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size >= MOST_CODES && oldest !== undefined) this.#waiting.delete(oldest);
    const code = this.#random.bytes(CODE_BYTES).toString('base64url');
    this.#waiting.set(hashOf(code), { user, value, until: now + CODE_SECONDS * 1000 });
    return code;
  }

  /** What the code stands for, once. */
  take(code: string): T | undefined {
    const hash = hashOf(code);
    const found = this.#waiting.get(hash);
    this.#waiting.delete(hash);
    return found && found.until > this.#clock.monotonic() ? found.value : undefined;
  }
}

const hashOf = (code: string): string => createHash('sha256').update(code).digest('base64url');
