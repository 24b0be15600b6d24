// Keeps the replica up to date: loads it, then watches the prefix from the revision loaded, on one stream at a time. A stream that
// ends is followed by another from the newest revision shown, at the member then in use. If etcd has compacted that revision
// meanwhile, all keys are listed anew. Called by etcd-store.ts and watchdog.ts.
import { Backoff } from '../../../kit/backoff.ts';
import type { Clock } from '../../../kit/clock.ts';
import { GrpcError, isGrpcError } from '../../../kit/grpc/status.ts';
import type { Logger } from '../../../kit/log.ts';
import { messageOf } from '../../../kit/message-of.ts';
import type { Layout } from '../layout.ts';
import type { Endpoints } from '../rpc/endpoints.ts';
import { isCompacted } from '../rpc/errors.ts';
import type { WatchEvent, WatchRequest, WatchResponse } from '../rpc/messages.ts';
import { WATCH } from '../rpc/methods.ts';
import { pagesOf } from './pages.ts';
import { Anew, type Replica } from './replica.ts';

export interface FeedOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly endpoints: Endpoints;
  readonly layout: Layout;
  readonly replica: Replica;
}

const BACKOFF = { base: 50, cap: 2_000 };
/** A watch of a member without a leader ends, so that another member is found. */
const REQUIRES_LEADER = { hasleader: 'true' };
/** Revisions that are read again for the sake of the history when a store is opened; more would take too long. */
const MOST_HISTORY = 100_000;
/** Keys or events that are decoded at a time. */
const SLICE = 100;

const sameRevision = (a: WatchEvent, b: WatchEvent): boolean => a.kv.mod_revision === b.kv.mod_revision;

/** etcd looks every 100 ms at watches that begin in the past. */
const FIRST_ANSWER_MS = 500;

class CompactedAway extends Error {
  readonly revision: number;
  constructor(revision: number) {
    super(`revision ${revision} has been compacted`);
    this.revision = revision;
  }
}

export class Feed {
  readonly #options: FeedOptions;
  readonly #stop = new AbortController();
  #stream = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** Loads the replica as of the oldest revision that etcd still has, so that clients can resume their watches here; from then on
   *  the watch brings what has happened since. `head` is the newest revision. */
  async load(head: number): Promise<void> {
    const { endpoints, layout, replica } = this.#options;
    let at = Math.max(await this.#oldest(head), 1);
    if (head - at > MOST_HISTORY) at = head;
    for (;;) {
      try {
        for await (const { kvs } of pagesOf(endpoints, layout, at))
          await this.#inSlices(kvs, (some) => replica.load(some, at));
        break;
      } catch (error) {
        if (!isCompacted(error)) throw error;
        at = head;
      }
    }
    replica.loaded(at);
    this.#running = this.#run();
  }

  /** Ends the stream, which is followed by another. */
  restart(why: string): void {
    this.#options.log.info('the watch of etcd is renewed', { reason: why });
    this.#stream.abort(new GrpcError('unavailable', why));
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#stream.abort(new GrpcError('cancelled', 'closed'));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, log, endpoints, replica } = this.#options;
    const backoff = new Backoff<'watch'>(BACKOFF);
    while (!this.#stop.signal.aborted) {
      const from = replica.revision;
      try {
        await this.#watch(from + 1, (answer) => this.#take(answer));
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        if (error instanceof CompactedAway) await this.#listAnew().catch(() => {});
        else {
          log.info('the watch of etcd ended', { revision: replica.revision, reason: messageOf(error) });
          await endpoints.choose();
        }
      }
      if (replica.revision > from) backoff.forget('watch');
      await clock.sleep(backoff.next('watch'), this.#stop.signal).catch(() => {});
    }
  }

  /** The revision that etcd was compacted to last, 0 for none. A watch from the first revision brings it, or the first event; if
   *  there is neither, nothing below the prefix has a history. */
  async #oldest(head: number): Promise<number> {
    if (head <= 1) return 0;
    const { clock } = this.#options;
    let oldest = head;
    const late = clock.after(FIRST_ANSWER_MS, () =>
      this.#stream.abort(new GrpcError('cancelled', 'no events')),
    );
    try {
      await this.#watch(1, ({ created, events }) => {
        if (events.length > 0) oldest = 0;
        return created || events.length === 0;
      });
    } catch (error) {
      if (error instanceof CompactedAway) return error.revision;
      if (!isGrpcError(error, 'cancelled')) throw error;
    } finally {
      late.cancel();
    }
    return oldest;
  }

  /** Opens a stream and gives every answer to `take`, until that returns false. */
  async #watch(start: number, take: (answer: WatchResponse) => boolean | Promise<boolean>): Promise<void> {
    const { endpoints, layout } = this.#options;
    const over = new AbortController();
    this.#stream = over;
    const ended = new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve()));
    const requests = async function* (): AsyncGenerator<WatchRequest> {
      const { root, end } = layout;
      yield {
        create_request: {
          key: root,
          range_end: end,
          start_revision: start,
          progress_notify: true,
          fragment: true,
        },
      };
      await ended;
    };
    try {
      const options = { signal: over.signal, metadata: REQUIRES_LEADER };
      for await (const answer of endpoints.client.stream(WATCH, requests(), options)) {
        if (answer.compact_revision > 0) throw new CompactedAway(answer.compact_revision);
        if (answer.canceled)
          throw new GrpcError('unavailable', answer.cancel_reason || 'etcdserver: watch canceled');
        if (!(await take(answer))) return;
      }
      throw new GrpcError('unavailable', 'the stream ended');
    } finally {
      over.abort(new GrpcError('cancelled', 'the watch is over'));
    }
  }

  #parts: WatchEvent[] = [];

  /** Events of one revision may come in several parts. */
  async #take({ created, events, fragment }: WatchResponse): Promise<boolean> {
    if (created) this.#parts = [];
    const all = this.#parts.length > 0 ? this.#parts.concat(events) : events;
    this.#parts = fragment ? all : [];
    if (fragment || all.length === 0) return true;
    const { replica } = this.#options;
    if (all.length <= SLICE) replica.apply(all);
    else await this.#inSlices(all, (some) => replica.apply(some), sameRevision);
    return true;
  }

  /** Others have their turn between slices: decoding a thousand objects takes longer than anybody may wait. What is `joined` to
   *  the item before it stays with it. */
  async #inSlices<T>(
    items: readonly T[],
    take: (some: readonly T[]) => void,
    joined: (a: T, b: T) => boolean = () => false,
  ): Promise<void> {
    for (let at = 0; at < items.length; ) {
      let end = Math.min(at + SLICE, items.length);
      while (end < items.length && joined(items[end - 1]!, items[end]!)) end++;
      take(items.slice(at, end));
      at = end;
      if (at < items.length) await this.#options.clock.turn();
    }
  }

  async #listAnew(): Promise<void> {
    const { endpoints, layout, replica, log } = this.#options;
    log.warn('etcd was compacted beyond what this server has seen; all keys are listed anew', {
      revision: replica.revision,
    });
    const anew = new Anew();
    let revision = 0;
    for await (const { kvs, at } of pagesOf(endpoints, layout, 0)) {
      revision = at;
      await this.#inSlices(kvs, (some) => replica.compare(some, anew));
      await this.#options.clock.turn();
    }
    replica.replace(anew, revision);
  }
}
