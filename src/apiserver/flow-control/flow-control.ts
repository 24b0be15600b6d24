// API priority and fairness: every request is classified by a FlowSchema, and is served when its priority level has seats for
// it and the event loop has time. Called by request-pipeline.ts. What a request waits for never waits for another request,
// so there is no deadlock: the API server itself, authorizers and admission do not send requests to themselves.
// Upstream: staging/src/k8s.io/apiserver/pkg/util/flowcontrol and server/filters/priority-and-fairness.go.
import type { FlowSchema } from '../../api/kinds/flowcontrol/v1/flow-schema.ts';
import type { PriorityLevelConfiguration } from '../../api/kinds/flowcontrol/v1/priority-level-configuration.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { User } from '../request.ts';
import type { RequestInfo } from '../request-info.ts';
import { Classifier, distinguisherOf } from './classifier.ts';
import { digest } from './configuration.ts';
import type { Flow } from './flow.ts';
import type { FlowCounts } from './levels/counts.ts';
import { type Arrival, PriorityLevel, type Ticket } from './levels/priority-level.ts';
import { Turns } from './levels/turns.ts';
import { BodyBudget } from './limits/body-budget.ts';
import { adjust } from './limits/borrowing.ts';
import { RetryAfter } from './retry-after.ts';
import {
  listEstimate,
  ONE_SEAT,
  type Population,
  type WorkEstimate,
  writeEstimate,
} from './work-estimate.ts';

export interface FlowControlOptions {
  readonly clock: Clock;
  /** Seats of the whole server: --max-requests-inflight plus --max-mutating-requests-inflight. */
  readonly seats: number;
  readonly population: Population;
}

/** Why a request was not served: a 429. Not an Error, since it must cost little: a stack trace takes as long as a small read. */
export class Rejected {
  readonly message = 'Too many requests, please try again later.';
  /** Seconds. */
  readonly retryAfter: number;
  constructor(retryAfter: number) {
    this.retryAfter = retryAfter;
  }
}

/** A request that is to be served. */
export interface FlowRequest {
  readonly flow: Flow;
  readonly work: WorkEstimate;
  readonly user: User;
  readonly info: RequestInfo;
  readonly waitLimitMs: number;
  abandoned(): boolean;
}

/** How often limits are adjusted to the demand (borrowingAdjustmentPeriod). */
const ADJUSTMENT_MS = 10_000;
/** Seconds by which the answer to a rejected request is delayed at most. */
const MAX_DELAY_S = 4;
/** Milliseconds that a write takes after its body has been read: decoding, admission, encoding. */
const WRITE_MS = 0.3;
const WRITES = new Set(['create', 'update', 'patch', 'delete']);

export class FlowControl {
  readonly #options: FlowControlOptions;
  readonly #turns: Turns;
  readonly counts = new Map<string, FlowCounts>();
  readonly bodies = new BodyBudget();
  readonly #retryAfter = new Map<string, RetryAfter>();
  #levels: ReadonlyMap<string, PriorityLevel> = new Map();
  #classifier!: Classifier;
  #adjusting: Timer | undefined;
  fairFraction = 0;
  targets = new Map<string, number>();

  /** The built-in mandatory configuration holds until configure() is called. */
  constructor(options: FlowControlOptions) {
    this.#options = options;
    this.#turns = new Turns(options.clock);
    this.configure([], []);
  }

  get levels(): Iterable<PriorityLevel> {
    return this.#levels.values();
  }

  configure(schemas: readonly FlowSchema[], levels: readonly PriorityLevelConfiguration[]): void {
    const { flows, levels: made } = digest({
      schemas,
      levels,
      previous: this.#levels,
      serverSeats: this.#options.seats,
      newLevel: (config) => new PriorityLevel(config, this.#options.clock, this.#turns),
      counts: this.counts,
    });
    this.#classifier = new Classifier(flows);
    this.#levels = made;
    this.adjust();
  }

  /** Starts the periodic adjustment. */
  start(): void {
    this.#adjusting ??= this.#options.clock.every(ADJUSTMENT_MS, () => this.adjust());
  }

  stop(): void {
    this.#adjusting?.cancel();
    this.#adjusting = undefined;
  }

  /** Lends seats by the demand since the last call, and forgets deleted levels without requests. */
  adjust(): void {
    const now = this.#options.clock.monotonic();
    const levels = [...this.#levels.values()].filter((level) => !level.quiescing || !level.idle);
    this.#levels = new Map(levels.map((level) => [level.config.name, level]));
    const { seats, targets, fairFraction } = adjust(
      levels.map(({ config, limits, demand }) => ({
        exempt: config.exempt,
        limits,
        demand: demand.collect(now),
      })),
    );
    this.fairFraction = fairFraction;
    this.targets = new Map(levels.map(({ config }, i) => [config.name, targets[i]!]));
    for (const [i, level] of levels.entries()) level.setCurrent(seats[i]!);
  }

  flowOf(user: User, info: RequestInfo): Flow {
    return this.#classifier.flowOf(user, info);
  }

  workOf({ level, counts }: Flow, info: RequestInfo, query: URLSearchParams): WorkEstimate {
    const { population } = this.#options;
    const { maxSeats } = level.limits;
    if (info.verb === 'list' || info.verb === 'watch') return listEstimate(info, query, maxSeats, population);
    // A token is not stored: no watcher is told.
    if (!WRITES.has(info.verb) || info.subresource === 'token') return ONE_SEAT;
    const watchers = population.watchers(info);
    counts.watchers.observe(watchers);
    return writeEstimate(watchers, maxSeats);
  }

  /** A ticket at once; undefined if the request has to wait. */
  tryStart(request: FlowRequest): Ticket | undefined {
    return request.flow.level.tryStart(request, this.#options.clock.monotonic());
  }

  /** Calls `start` with a ticket when the request's turn comes, or `refuse` with the reason. */
  wait(request: FlowRequest, start: (ticket: Ticket) => void, refuse: (why: Rejected) => void): void {
    const { clock } = this.#options;
    const { flow, user, info } = request;
    const arrival: Arrival = {
      ...request,
      distinguisher: distinguisherOf(flow, user, info.namespace),
      laterMs: WRITES.has(info.verb) ? WRITE_MS : 0,
      abandoned: () => request.abandoned(),
      start,
      refuse: () => this.#refuse(flow.level.config.name, refuse),
    };
    flow.level.wait(arrival, clock.monotonic());
  }

  release(ticket: Ticket): void {
    ticket.release(this.#options.clock.monotonic());
  }

  /** A client that does not heed Retry-After gets its answer late, unlike from upstream: rejecting requests as fast as clients
   *  can send them would take most of this thread's time. */
  #refuse(level: string, refuse: (why: Rejected) => void): void {
    const { clock } = this.#options;
    let known = this.#retryAfter.get(level);
    if (!known) {
      known = new RetryAfter();
      this.#retryAfter.set(level, known);
    }
    const seconds = known.rejected(clock.monotonic());
    const why = new Rejected(seconds);
    if (known.flooded) clock.after(Math.min(seconds, MAX_DELAY_S) * 1000, () => refuse(why));
    else refuse(why);
  }
}
