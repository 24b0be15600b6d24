// Decides whether an event is sent as a new one, counted with an equal one, combined with similar ones, or dropped.
// Limits are client-go's: ten similar events in ten minutes are combined; per object a burst of 25, then one in five minutes.
import type { ObjectReference } from '../../api/kinds/core/v1/references.ts';
import type { Clock } from '../../kit/clock.ts';

interface Observation {
  readonly object: ObjectReference;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly action?: string;
  readonly related?: ObjectReference;
  readonly component?: string;
}

export interface Occurrence extends Observation {
  /** Events with the same key are one Event object, whose count goes up. */
  readonly key: string;
}

interface Sent {
  readonly name: string;
  readonly namespace: string;
  readonly count: number;
}

const COMBINE_AFTER = 10;
const COMBINE_WINDOW_MS = 10 * 60_000;
const BURST = 25;
const REFILL_MS = 5 * 60_000;
/** Keys remembered, as many as in client-go's caches. */
const REMEMBERED = 4096;

interface Similar {
  readonly messages: Set<string>;
  since: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

export class EventCorrelator {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #similar = new Map<string, Similar>();
  readonly #buckets = new Map<string, Bucket>();
  readonly #sent = new Map<string, Sent>();
  #serial = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** The event to send, or undefined when its object is over the limit. */
  observe(observation: Observation): Occurrence | undefined {
    const { object, type, reason, message } = observation;
    const about = [
      object.kind,
      object.namespace,
      object.name,
      object.fieldPath,
      object.uid,
      object.apiVersion,
    ].join('|');
    if (!this.#take(about)) return undefined;
    const group = [about, type, reason].join('|');
    if (this.#combine(group, message)) {
      return { ...observation, message: `(combined from similar events): ${message}`, key: group };
    }
    return { ...observation, key: `${group}|${message}` };
  }

  /** Makes names of events unique that happen at the same moment. */
  serial(): number {
    return ++this.#serial;
  }

  sent(key: string): Sent | undefined {
    return this.#sent.get(key);
  }

  remember(key: string, sent: Sent): void {
    keep(this.#sent, key, sent);
  }

  #combine(group: string, message: string): boolean {
    const now = this.#clock.now();
    let similar = this.#similar.get(group);
    if (!similar || now - similar.since > COMBINE_WINDOW_MS) similar = { messages: new Set(), since: now };
    similar.since = now;
    // More are not needed to see that there are too many: an object may have another message every minute for ever.
    if (similar.messages.size < COMBINE_AFTER) similar.messages.add(message);
    keep(this.#similar, group, similar, (one) => now - one.since > COMBINE_WINDOW_MS);
    return similar.messages.size >= COMBINE_AFTER;
  }

  #take(about: string): boolean {
    const now = this.#clock.now();
    const bucket = this.#buckets.get(about) ?? { tokens: BURST, at: now };
    bucket.tokens = Math.min(BURST, bucket.tokens + (now - bucket.at) / REFILL_MS);
    bucket.at = now;
    const isAllowed = bucket.tokens >= 1;
    if (isAllowed) bucket.tokens -= 1;
    keep(this.#buckets, about, bucket, (one) => one.tokens + (now - one.at) / REFILL_MS >= BURST);
    return isAllowed;
  }
}

/** Sets the entry as the newest, and drops the oldest: when there are too many, and those that are as good as none. */
function keep<V>(map: Map<string, V>, key: string, value: V, isSpent = (_: V): boolean => false): void {
  map.delete(key);
  map.set(key, value);
  for (const [oldest, one] of map) {
    if (map.size <= REMEMBERED && !isSpent(one)) return;
    map.delete(oldest);
  }
}
