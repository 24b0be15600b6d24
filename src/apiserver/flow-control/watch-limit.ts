// Limits the watches that one user may have open: each holds memory for as long as it is open. Called by request-pipeline.ts.
// Upstream has no such limit.
import { failure } from '../../api/status/status-error.ts';

/** A busy operator has some hundreds; an idle watch takes about 20 KB. */
const MAX_PER_USER = 3000;
/** Seconds. */
const RETRY_AFTER = 10;

export class WatchLimit {
  readonly #open = new Map<string, number>();
  readonly #limit: number;

  constructor(limit = MAX_PER_USER) {
    this.#limit = limit;
  }

  /** Throws a 429 if the user may open no further watch. */
  check(user: string): void {
    const open = this.#open.get(user) ?? 0;
    if (open < this.#limit) return;
    throw failure(
      429,
      'TooManyRequests',
      `Too many requests: user ${JSON.stringify(user)} has ${open} watches open, the limit is ${this.#limit}`,
      { retryAfterSeconds: RETRY_AFTER },
    );
  }

  opened(user: string): void {
    this.#open.set(user, (this.#open.get(user) ?? 0) + 1);
  }

  closed(user: string): void {
    const left = (this.#open.get(user) ?? 1) - 1;
    if (left > 0) this.#open.set(user, left);
    else this.#open.delete(user);
  }
}
