// Events that wait for a back end: limited in number and in size, taken in batches by one writer at a time.
// Upstream: staging/src/k8s.io/apiserver/plugin/pkg/audit/buffered.

import type { Clock } from '../../kit/clock.ts';

/** Batches a second on average, and at once after a time without any. */
export interface Throttle {
  readonly qps: number;
  readonly burst: number;
}

export interface BufferOptions {
  /** Events of a batch. */
  readonly batch: number;
  /** Writes a batch; events of a batch that it rejects are lost. */
  readonly write: (events: readonly string[]) => Promise<void>;
  readonly onLost: (error: unknown, count: number) => void;
  /** Batches are not limited without it. */
  readonly throttle?: (Throttle & { readonly clock: Clock }) | undefined;
}

/** --audit-log-batch-buffer-size and --audit-webhook-batch-buffer-size of upstream. */
const MAX_EVENTS = 10_000;
/** Characters of all waiting events: with bodies, 10,000 of them could take gigabytes. */
const MAX_SIZE = 32 << 20;

export class EventBuffer {
  readonly #options: BufferOptions;
  #waiting: string[] = [];
  #size = 0;
  #writing: Promise<void> | undefined;
  /** Of the throttle: batches that may be written at `at`, on the monotonic clock. */
  #tokens: number;
  #at = 0;
  readonly #closing = new AbortController();

  constructor(options: BufferOptions) {
    this.#options = options;
    this.#tokens = options.throttle?.burst ?? 0;
  }

  /** False if there is no room. */
  add(event: string): boolean {
    if (this.#waiting.length >= MAX_EVENTS || this.#size + event.length > MAX_SIZE) return false;
    this.#waiting.push(event);
    this.#size += event.length;
    return true;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Writes all that waits, unless that is going on; resolves when nothing waits any more. */
  flush(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  /** Writes all that waits, at once. */
  close(): Promise<void> {
    this.#closing.abort();
    return this.flush();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#takeToken();
      const batch = this.#waiting.splice(0, this.#options.batch);
      for (const event of batch) this.#size -= event.length;
      await this.#options.write(batch).catch((error) => this.#options.onLost(error, batch.length));
    }
  }

  async #takeToken(): Promise<void> {
    const { throttle } = this.#options;
    const { signal } = this.#closing;
    if (!throttle || signal.aborted) return;
    const { clock, qps, burst } = throttle;
    const now = clock.monotonic();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) / 1000) * qps) - 1;
    this.#at = now;
    if (this.#tokens < 0) await clock.sleep((-this.#tokens / qps) * 1000, signal).catch(() => {});
  }
}
