// How many seats a request takes, and for how long after its reply: lists by the number of objects, writes by the number of
// watchers that their event goes to. Called by flow-control.ts.
// Upstream: staging/src/k8s.io/apiserver/pkg/util/flowcontrol/request.
import type { RequestInfo } from '../request-info.ts';

export interface WorkEstimate {
  /** Seats while the request is served; never more than `seats` of its priority level. */
  readonly seats: number;
  /** Milliseconds for which the seats stay taken after the reply, for the work of delivering the event. */
  readonly lingerMs: number;
  readonly isWatch: boolean;
}

/** What the estimate depends on, besides the request itself. */
export interface Population {
  /** Stored objects that a list or watch would go through. */
  objects(info: RequestInfo): number;
  /** Open watches that may be told of a write. */
  watchers(info: RequestInfo): number;
}

/** Upstream's numbers (request/config.go). */
const OBJECTS_PER_SEAT = 100;
const WATCHERS_PER_SEAT = 10;
const EVENT_MS = 5;
const MAX_SEATS = 10;

export const ONE_SEAT: WorkEstimate = { seats: 1, lingerMs: 0, isWatch: false };
const WATCH_SEAT: WorkEstimate = { ...ONE_SEAT, isWatch: true };

/** A list, or a watch, which has its seats only until it has sent its initial events. */
export function listEstimate(
  info: RequestInfo,
  query: URLSearchParams,
  maxSeats: number,
  population: Pick<Population, 'objects'>,
): WorkEstimate {
  const isWatch = info.verb === 'watch';
  const one = isWatch ? WATCH_SEAT : ONE_SEAT;
  if (!info.isResource || info.name || (isWatch && !startsWithState(query))) return one;
  const stored = population.objects(info);
  const selects = query.has('labelSelector') || query.has('fieldSelector');
  const limit = Number(query.get('limit')) || 0;
  const objects = limit > 0 && !selects ? Math.min(limit, stored) : stored;
  const seats = Math.min(maxSeats, MAX_SEATS, Math.ceil(objects / OBJECTS_PER_SEAT));
  return seats <= 1 ? one : { seats, lingerMs: 0, isWatch };
}

function startsWithState(query: URLSearchParams): boolean {
  const version = query.get('resourceVersion') ?? '';
  return query.get('sendInitialEvents') === 'true' || version === '' || version === '0';
}

/** The work of an event with many watchers is a number of seats for 5 ms. When that is more than a request may take, it takes
 *  fewer for longer. */
export function writeEstimate(watchers: number, maxSeats: number): WorkEstimate {
  if (watchers < WATCHERS_PER_SEAT) return ONE_SEAT;
  const wanted = Math.ceil(watchers / WATCHERS_PER_SEAT);
  const seats = Math.max(1, Math.min(wanted, maxSeats, MAX_SEATS));
  return { seats, lingerMs: (wanted * EVENT_MS) / seats, isWatch: false };
}
