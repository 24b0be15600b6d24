// Events of objects that a webhook converts, in the order of the writes: an event is delivered when its objects are ready and all
// before it have been delivered. What waits is one reference per event to what the store holds anyway, and one call at a time is
// under way: it takes along what waits, however many. Called by broadcaster.ts.
import { addAll } from '../../kit/lists.ts';
import type { Entry, StoreEvent } from '../../store/store.ts';
import { isUnanswered } from '../webhooks/no-answer.ts';

export interface InOrderOptions {
  readonly ready: (entries: readonly Entry[]) => Promise<void> | undefined;
  readonly deliver: (events: readonly StoreEvent[]) => void;
  /** An event whose objects cannot be converted. */
  readonly fail: (event: StoreEvent, error: unknown) => void;
  /** Nothing waits any more. */
  readonly idle?: () => void;
}

/** Events of one call. */
const MOST = 100;

export class InOrder {
  readonly #options: InOrderOptions;
  #waiting: StoreEvent[] = [];
  #busy = false;
  #closed = false;

  constructor(options: InOrderOptions) {
    this.#options = options;
  }

  get isIdle(): boolean {
    return !this.#busy;
  }

  push(events: readonly StoreEvent[]): void {
    addAll(this.#waiting, events);
    if (!this.#busy) void this.#run();
  }

  /** Nothing is delivered from now on. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
  }

  /** A call that is refused is divided until the event is found that cannot be converted. */
  async #run(): Promise<void> {
    this.#busy = true;
    let most = MOST;
    while (this.#waiting.length > 0) {
      const events = this.#waiting.slice(0, most);
      const error = await this.#failureOf(events);
      if (this.#closed) return;
      if (error !== undefined && events.length > 1 && !isUnanswered(error)) {
        most = Math.ceil(events.length / 2);
        continue;
      }
      this.#waiting.splice(0, events.length);
      most = MOST;
      if (error === undefined) this.#options.deliver(events);
      else for (const event of events) this.#options.fail(event, error);
    }
    this.#busy = false;
    this.#options.idle?.();
  }

  async #failureOf(events: readonly StoreEvent[]): Promise<unknown> {
    try {
      const waiting = this.#options.ready(events.flatMap(versionsOf));
      if (waiting) await waiting;
      return undefined;
    } catch (error) {
      return error ?? new Error('conversion failed');
    }
  }
}

/** The last state before a write is read, too: selectors are compared with it. */
const versionsOf = (event: StoreEvent): Entry[] =>
  [event.type === 'put' ? event.entry : undefined, event.previous].filter((entry) => entry !== undefined);
