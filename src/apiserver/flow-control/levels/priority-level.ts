// One priority level: its seats, the requests that hold them and those that wait for them. Every ticket is released exactly
// once, so seats in use are always those of tickets not yet released. Called by flow-control.ts and turns.ts.
// Upstream: StartRequest and finishRequest in fairqueuing/queueset/queueset.go (staging/src/k8s.io/apiserver/pkg/util/flowcontrol).
import type { Clock, Timer } from '../../../kit/clock.ts';
import type { User } from '../../request.ts';
import type { RequestInfo } from '../../request-info.ts';
import type { LevelConfig, Limits } from '../limits/limits.ts';
import type { WorkEstimate } from '../work-estimate.ts';
import type { FlowCounts, Rejection } from './counts.ts';
import { FairQueues, type Queue, type Queued } from './fair-queues.ts';
import { SeatDemand } from './seat-demand.ts';
import type { Contender, Turns } from './turns.ts';

/** The FlowSchema of a request. */
export interface Origin {
  readonly name: string;
  readonly counts: FlowCounts;
  /** What distinguishes flows of the schema. */
  readonly distinguisher: 'ByUser' | 'ByNamespace' | undefined;
}

/** A request that asks for seats. */
export interface Asked {
  readonly flow: Origin;
  readonly work: WorkEstimate;
  readonly user: User;
  readonly info: RequestInfo;
}

/** A request that has to wait. */
export interface Arrival extends Asked {
  /** The user or namespace that distinguishes flows of the schema. */
  readonly distinguisher: string;
  readonly waitLimitMs: number;
  /** Milliseconds of work that follow after `start` has returned. */
  readonly laterMs: number;
  /** True once the client has disconnected: the request is dropped when its turn comes. */
  abandoned(): boolean;
  start(ticket: Ticket): void;
  refuse(reason: Rejection): void;
}

export interface Waiting extends Queued {
  readonly arrival: Arrival;
  readonly queue: Queue<Waiting>;
  /** Wall time, milliseconds. */
  readonly arrivedAt: number;
  /** On the monotonic clock. */
  readonly since: number;
  timer: Timer | undefined;
}

/** The seats of one request that is being served. */
export class Ticket {
  readonly asked: Asked;
  /** On the monotonic clock. */
  readonly started: number;
  readonly waited: Waiting | undefined;
  readonly #level: PriorityLevel;
  #held = true;

  constructor(level: PriorityLevel, asked: Asked, started: number, waited?: Waiting) {
    this.#level = level;
    this.asked = asked;
    this.started = started;
    this.waited = waited;
  }

  /** Returns the seats; harmless when called again. */
  release(now: number): void {
    if (!this.#held) return;
    this.#held = false;
    this.#level.finish(this, now);
  }
}

/** Queues are so much longer while there are seats and only the event loop is behind: upstream would serve these requests. */
const SHORT_OF_TIME = 10;

/** Only what is counted for the whole level; counts per FlowSchema are in the flow. */
interface LevelCounts {
  dispatched: number;
  rejected: number;
  timedOut: number;
  cancelled: number;
}

export class PriorityLevel implements Contender {
  config: LevelConfig;
  limits: Limits = { nominal: 0, lower: 0, upper: 0, maxSeats: 1 };
  /** The limit in effect: between limits.lower and limits.upper. */
  current = 0;
  /** Deleted, but some of its requests are still waiting or being served. */
  quiescing = false;
  readonly demand: SeatDemand;
  readonly counts: LevelCounts = { dispatched: 0, rejected: 0, timedOut: 0, cancelled: 0 };
  timeUsed = 0;
  seatsInUse = 0;
  /** Requests that are being served. */
  readonly running = new Set<Ticket>();
  #queues: FairQueues<Waiting> | undefined;
  readonly #clock: Clock;
  readonly #turns: Turns;

  constructor(config: LevelConfig, clock: Clock, turns: Turns) {
    this.config = config;
    this.#clock = clock;
    this.#turns = turns;
    this.demand = new SeatDemand(clock.monotonic());
    this.configure(config);
  }

  get queues(): FairQueues<Waiting> | undefined {
    return this.#queues;
  }

  get executing(): number {
    return this.running.size;
  }

  get idle(): boolean {
    return this.executing === 0 && this.seatsInUse === 0 && !this.#queues?.length;
  }

  get weight(): number {
    return Math.max(1, this.limits.nominal);
  }

  /** Queues are kept while requests wait in them, also when the level no longer has queues. */
  configure(config: LevelConfig): void {
    this.config = config;
    if (config.queuing && this.#queues) this.#queues.configure(config.queuing);
    else if (config.queuing) this.#queues = new FairQueues(config.queuing);
    else if (!this.#queues?.length) this.#queues = undefined;
  }

  setCurrent(seats: number): void {
    this.current = seats;
    if (this.ready()) this.#turns.wake(this);
  }

  /** A ticket at once, if there are seats and time and nobody waits. */
  tryStart(asked: Asked, now: number): Ticket | undefined {
    const { flow, work } = asked;
    if (!this.config.exempt) {
      if (this.#queues?.length || !this.#fits(work.seats)) return undefined;
      if (!this.#turns.hasTime(now) && this.config.queuing) return undefined;
      flow.counts.notWaited++;
    }
    return this.#begin(new Ticket(this, asked, now), now);
  }

  /** Waits for a ticket, or is refused at once. To be called after tryStart has failed. */
  wait(arrival: Arrival, now: number): void {
    const queues = this.#queues;
    if (!queues || !this.config.queuing) return this.#reject(arrival, 'concurrency-limit');
    const { flow, work, distinguisher } = arrival;
    const times = this.#fits(work.seats) ? SHORT_OF_TIME : 1;
    const queue = queues.queueFor(flow.name, distinguisher, times);
    if (!queue) return this.#reject(arrival, 'queue-full');
    const { seats, lingerMs } = work;
    const waiting: Waiting = {
      arrival,
      queue,
      seats,
      lingerMs,
      arrivedAt: this.#clock.now(),
      since: now,
      timer: undefined,
    };
    waiting.timer = this.#clock.after(arrival.waitLimitMs, () => this.#timeOut(waiting));
    queues.enqueue(queue, waiting);
    flow.counts.inQueue++;
    flow.counts.seatsInQueue += seats;
    flow.counts.queueLengths.observe(queue.waiting.length);
    this.#noteDemand(now);
    if (this.ready()) this.#turns.wake(this);
  }

  ready(): boolean {
    const head = this.#queues?.peek();
    if (!head) return false;
    if (this.#fits(head.request.seats)) return true;
    head.request.arrival.flow.counts.notAccommodated++;
    return false;
  }

  serveOne(): number {
    const queues = this.#queues!;
    const { queue } = queues.peek()!;
    const waiting = queues.take(queue);
    const now = this.#clock.monotonic();
    const { arrival } = waiting;
    this.#left(waiting, now, !arrival.abandoned());
    const ticket = this.#begin(new Ticket(this, arrival, now, waiting), now);
    if (arrival.abandoned()) {
      ticket.release(now);
      this.counts.cancelled++;
      arrival.refuse('cancelled');
      return 0;
    }
    arrival.start(ticket);
    return arrival.laterMs;
  }

  /** Called by Ticket.release(). */
  finish(ticket: Ticket, now: number): void {
    const { started, waited } = ticket;
    const { flow, work } = ticket.asked;
    this.running.delete(ticket);
    flow.counts.executing--;
    (work.isWatch ? flow.counts.watchDurations : flow.counts.durations).observe((now - started) / 1000);
    if (waited) this.#queues?.finished(waited.queue, waited, now - started);
    if (work.lingerMs > 0)
      this.#clock.after(work.lingerMs, () => this.#free(ticket, this.#clock.monotonic()));
    else this.#free(ticket, now);
  }

  #begin(ticket: Ticket, now: number): Ticket {
    const { flow, work } = ticket.asked;
    this.seatsInUse += work.seats;
    this.running.add(ticket);
    this.counts.dispatched++;
    flow.counts.dispatched++;
    flow.counts.executing++;
    flow.counts.seatsInUse += work.seats;
    flow.counts.seats.observe(work.seats);
    this.#noteDemand(now);
    return ticket;
  }

  #free({ asked: { flow, work } }: Ticket, now: number): void {
    this.seatsInUse -= work.seats;
    flow.counts.seatsInUse -= work.seats;
    this.#noteDemand(now);
    if (this.#queues?.length && this.ready()) this.#turns.wake(this);
  }

  /** A request for more seats than there are is served when nothing else is. */
  #fits(seats: number): boolean {
    if (this.seatsInUse + seats <= this.current) return true;
    return seats > this.current && this.executing === 0;
  }

  #timeOut(waiting: Waiting): void {
    if (!this.#queues?.remove(waiting.queue, waiting)) return;
    this.#left(waiting, this.#clock.monotonic(), false);
    this.counts.timedOut++;
    this.#reject(waiting.arrival, 'time-out');
    if (this.ready()) this.#turns.wake(this);
  }

  #left(waiting: Waiting, now: number, executes: boolean): void {
    const { counts } = waiting.arrival.flow;
    waiting.timer?.cancel();
    counts.inQueue--;
    counts.seatsInQueue -= waiting.seats;
    (executes ? counts.waits : counts.vainWaits).observe((now - waiting.since) / 1000);
    this.#noteDemand(now);
  }

  #reject({ flow, refuse }: Arrival, reason: Rejection): void {
    this.counts.rejected++;
    flow.counts.rejected[reason] = (flow.counts.rejected[reason] ?? 0) + 1;
    refuse(reason);
  }

  #noteDemand(now: number): void {
    this.demand.set(this.seatsInUse + (this.#queues?.seats ?? 0), now);
  }
}
