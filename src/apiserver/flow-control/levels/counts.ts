// What is counted of the requests of one FlowSchema in one priority level, for metrics. The counts outlive a change of the
// configuration. Written by priority-level.ts and flow-control.ts, read by metrics.ts.
import { Distribution } from '../../../kit/metrics.ts';

/** Why a request was not served; the label `reason` of apiserver_flowcontrol_rejected_requests_total. */
export type Rejection = 'queue-full' | 'concurrency-limit' | 'time-out' | 'cancelled';

/** Upper bounds in seconds (upstream: metrics.go). */
const SECONDS = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30];
const QUEUE_LENGTHS = [0, 10, 25, 50, 100, 250, 500, 1000];
const SEATS = [1, 2, 4, 8, 16, 32, 64, 100];
const WATCHERS = [0, 1, 10, 100, 1000, 10_000];

export class FlowCounts {
  readonly level: string;
  readonly flow: string;
  dispatched = 0;
  executing = 0;
  seatsInUse = 0;
  inQueue = 0;
  seatsInQueue = 0;
  /** Requests served at once: they waited for 0 seconds. */
  notWaited = 0;
  notAccommodated = 0;
  readonly rejected: Partial<Record<Rejection, number>> = {};
  readonly waits = new Distribution(SECONDS);
  /** Of requests that were not served in the end. */
  readonly vainWaits = new Distribution(SECONDS);
  readonly durations = new Distribution(SECONDS);
  readonly watchDurations = new Distribution(SECONDS);
  readonly queueLengths = new Distribution(QUEUE_LENGTHS);
  readonly seats = new Distribution(SEATS);
  readonly watchers = new Distribution(WATCHERS);

  constructor(level: string, flow: string) {
    this.level = level;
    this.flow = flow;
  }
}
