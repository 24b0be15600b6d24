// The queues of one priority level. Each flow waits in the shortest queue of its hand; the next request comes from the queue
// that has been served least, so that every queue with waiting requests gets the same amount of work done.
// Called by priority-level.ts. Upstream: staging/src/k8s.io/apiserver/pkg/util/flowcontrol/fairqueuing/queueset, which measures
// progress in a virtual time derived from the clock; here it is the start tag of the last request served (start-time fair
// queuing), which is as fair and costs nothing while nobody waits.
import type { Queuing } from '../limits/limits.ts';
import { deal, flowHash } from './shuffle-sharding.ts';

/** How long a request is assumed to take until it has been served, in milliseconds (upstream's estimatedServiceDuration). */
const ASSUMED_MS = 3;
/** Hands that are remembered: dealing one takes as long as a small read. Those of long identities are dealt every time. */
const MOST_HANDS = 1000;
const LONGEST_IDENTITY = 300;

export interface Queued {
  readonly seats: number;
  readonly lingerMs: number;
}

export class Queue<T extends Queued> {
  readonly index: number;
  readonly waiting: { readonly request: T; readonly arrived: number }[] = [];
  /** Seat-milliseconds of the waiting requests. */
  backlog = 0;
  /** Seat-milliseconds served so far: the start tag of the next request. */
  served = 0;
  executing = 0;
  seatsInUse = 0;

  constructor(index: number) {
    this.index = index;
  }
}

const workOf = ({ seats, lingerMs }: Queued): number => seats * (ASSUMED_MS + lingerMs);

export class FairQueues<T extends Queued> {
  #config: Queuing;
  /** By the identity of the flow. */
  readonly #hands = new Map<string, readonly number[]>();
  /** Made on first use. */
  readonly #queues = new Map<number, Queue<T>>();
  /** Queues with waiting requests, the one served last at the end: it loses ties. */
  readonly #active = new Set<Queue<T>>();
  /** The start tag of the request served last. */
  #virtual = 0;
  #arrivals = 0;
  length = 0;
  seats = 0;

  constructor(config: Queuing) {
    this.#config = config;
  }

  /** Requests in queues that the new configuration does not have stay there until they are served. */
  configure(config: Queuing): void {
    this.#config = config;
    this.#hands.clear();
  }

  /** All queues that have been used, by number. */
  list(): Queue<T>[] {
    return [...this.#queues.values()].sort((a, b) => a.index - b.index);
  }

  /** The queue where a request of a flow has to wait; undefined if it holds `times` its limit. The flow is identified by its
   *  FlowSchema and the value that distinguishes flows within the schema. */
  queueFor(schema: string, distinguisher: string, times = 1): Queue<T> | undefined {
    const { queueLengthLimit } = this.#config;
    const hand = this.#handOf(schema, distinguisher);
    const first = this.#arrivals++ % hand.length;
    let best: Queue<T> | undefined;
    for (let i = 0; i < hand.length; i++) {
      const queue = this.#queue(hand[(first + i) % hand.length]!);
      if (!best || queue.backlog < best.backlog) best = queue;
    }
    return best!.waiting.length < queueLengthLimit * times ? best : undefined;
  }

  enqueue(queue: Queue<T>, request: T): void {
    if (queue.waiting.length === 0 && queue.executing === 0) queue.served = this.#virtual;
    queue.waiting.push({ request, arrived: this.#virtual });
    this.#change(queue, request, 1);
    this.#active.add(queue);
  }

  /** The queue whose first request is next, and this request. */
  peek(): { readonly queue: Queue<T>; readonly request: T } | undefined {
    let best: Queue<T> | undefined;
    let earliest = Number.POSITIVE_INFINITY;
    for (const queue of this.#active) {
      const finish = startOf(queue) + workOf(queue.waiting[0]!.request);
      if (finish >= earliest) continue;
      earliest = finish;
      best = queue;
    }
    return best && { queue: best, request: best.waiting[0]!.request };
  }

  /** Takes the first request of `queue` to be served now. */
  take(queue: Queue<T>): T {
    const start = startOf(queue);
    const { request } = queue.waiting.shift()!;
    this.#virtual = Math.max(this.#virtual, start);
    queue.served = start + workOf(request);
    queue.executing++;
    queue.seatsInUse += request.seats;
    this.#change(queue, request, -1);
    this.#active.delete(queue);
    if (queue.waiting.length > 0) this.#active.add(queue);
    return request;
  }

  /** Drops a waiting request. False if it is no longer waiting. */
  remove(queue: Queue<T>, request: T): boolean {
    const at = queue.waiting.findIndex((one) => one.request === request);
    if (at < 0) return false;
    queue.waiting.splice(at, 1);
    this.#change(queue, request, -1);
    if (queue.waiting.length === 0) this.#active.delete(queue);
    return true;
  }

  /** Corrects the assumed duration once the real one is known. */
  finished(queue: Queue<T>, { seats }: Queued, tookMs: number): void {
    queue.executing--;
    queue.seatsInUse -= seats;
    queue.served += seats * (tookMs - ASSUMED_MS);
  }

  #handOf(schema: string, distinguisher: string): readonly number[] {
    const identity = `${schema}\0${distinguisher}`;
    const known = this.#hands.get(identity);
    if (known) return known;
    const { queues, handSize } = this.#config;
    const hand = deal(flowHash(schema, distinguisher), queues, handSize);
    if (identity.length > LONGEST_IDENTITY) return hand;
    if (this.#hands.size >= MOST_HANDS) this.#hands.clear();
    this.#hands.set(identity, hand);
    return hand;
  }

  #queue(index: number): Queue<T> {
    let queue = this.#queues.get(index);
    if (!queue) {
      queue = new Queue(index);
      this.#queues.set(index, queue);
    }
    return queue;
  }

  #change(queue: Queue<T>, request: T, by: 1 | -1): void {
    this.length += by;
    this.seats += by * request.seats;
    queue.backlog += by * workOf(request);
  }
}

/** A request never starts, in this account, before it arrived: a queue saves up nothing while it has nothing to do. */
const startOf = <T extends Queued>(queue: Queue<T>): number =>
  Math.max(queue.served, queue.waiting[0]!.arrived);
