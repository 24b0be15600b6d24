// The tables /debug/api_priority_and_fairness/dump_*: priority levels, their queues, and the requests that wait or are served, in
// upstream's columns. Called by non-resource/paths.ts.
// Upstream: staging/src/k8s.io/apiserver/pkg/util/flowcontrol/apf_controller_debug.go.

import type { Clock } from '../../kit/clock.ts';
import { largest } from '../../kit/lists.ts';
import { distinguisherOf } from './classifier.ts';
import type { FlowControl } from './flow-control.ts';
import type { Queue } from './levels/fair-queues.ts';
import type { Asked, PriorityLevel, Ticket, Waiting } from './levels/priority-level.ts';

type Row = readonly (string | number | boolean)[];
type Time = Pick<Clock, 'now' | 'monotonic'>;

const LEVELS = [
  'PriorityLevelName',
  'ActiveQueues',
  'IsIdle',
  'IsQuiescing',
  'WaitingRequests',
  'ExecutingRequests',
  'DispatchedRequests',
  'RejectedRequests',
  'TimedoutRequests',
  'CancelledRequests',
];
const QUEUES = [
  'PriorityLevelName',
  'Index',
  'PendingRequests',
  'ExecutingRequests',
  'SeatsInUse',
  'NextDispatchR',
  'InitialSeatsSum',
  'MaxSeatsSum',
  'TotalWorkSum',
];
// Misspelled upstream, too.
const REQUESTS = [
  'PriorityLevelName',
  'FlowSchemaName',
  'QueueIndex',
  'RequestIndexInQueue',
  'FlowDistingsher',
  'ArriveTime',
  'InitialSeats',
  'FinalSeats',
  'AdditionalLatency',
  'StartTime',
];
const DETAILS = ['UserName', 'Verb', 'APIPath', 'Namespace', 'Name', 'APIVersion', 'Resource', 'SubResource'];

/** By the last segment of the path. */
export const DUMPS = {
  dump_priority_levels: (control: FlowControl) => table([LEVELS, ...sorted(control).map(levelRow)]),
  dump_queues: (control: FlowControl) => table([QUEUES, ...sorted(control).flatMap(queueRows)]),
  dump_requests: (control: FlowControl, time: Time, query: URLSearchParams) => {
    const detailed = Boolean(query.get('includeRequestDetails'));
    const head = detailed ? [...REQUESTS, ...DETAILS] : REQUESTS;
    return table([head, ...sorted(control).flatMap((level) => requestRows(level, time, detailed))]);
  },
} as const;

const sorted = (control: FlowControl): PriorityLevel[] =>
  [...control.levels].sort((a, b) => (a.config.name < b.config.name ? -1 : 1));

const queuesOf = ({ queues }: PriorityLevel): Queue<Waiting>[] => queues?.list() ?? [];

function levelRow(level: PriorityLevel): Row {
  const { dispatched, rejected, timedOut, cancelled } = level.counts;
  const active = queuesOf(level).filter(({ waiting }) => waiting.length > 0).length;
  const { name } = level.config;
  const waiting = level.queues?.length ?? 0;
  const requests = [waiting, level.executing, dispatched, rejected, timedOut, cancelled];
  return [name, active, level.idle, level.quiescing, ...requests];
}

/** Queues that were never used are shown, too. */
function queueRows(level: PriorityLevel): Row[] {
  const used = new Map(queuesOf(level).map((queue) => [queue.index, queue]));
  const count = largest([level.config.queuing?.queues ?? 0, ...[...used.keys()].map((index) => index + 1)]);
  return Array.from({ length: count }, (_, index) => {
    const queue = used.get(index);
    const waiting = queue?.waiting ?? [];
    const seats = waiting.reduce((sum, { request }) => sum + request.seats, 0);
    const { executing = 0, seatsInUse = 0, served = 0, backlog = 0 } = queue ?? {};
    const running = [executing, seatsInUse, seatSeconds(served)];
    return [level.config.name, index, waiting.length, ...running, seats, seats, seatSeconds(backlog)];
  });
}

/** Seat-milliseconds as upstream writes seat-seconds. */
const seatSeconds = (ms: number): string => `${(ms / 1000).toFixed(8)}ss`;

/** -1: served, and no longer in a queue, or never in one. */
const NONE = -1;

function requestRows(level: PriorityLevel, time: Time, detailed: boolean): Row[] {
  const row = (asked: Asked, queue: number, position: number, arrived: number, started?: number): Row => {
    const { flow, work, user, info } = asked;
    const distinguisher = distinguisherOf(flow, user, info.namespace);
    const times = [nano(arrived), work.seats, 0, duration(work.lingerMs), nano(started)];
    const short: Row = [level.config.name, flow.name, queue, position, distinguisher, ...times];
    return detailed ? [...short, ...details(asked)] : short;
  };
  const waiting = queuesOf(level).flatMap((queue) =>
    queue.waiting.map(({ request }, at) => row(request.arrival, queue.index, at, request.arrivedAt)),
  );
  const running = [...level.running].map((ticket: Ticket) => {
    const started = time.now() - (time.monotonic() - ticket.started);
    const { waited } = ticket;
    return row(ticket.asked, waited?.queue.index ?? NONE, NONE, waited?.arrivedAt ?? started, started);
  });
  return [...waiting, ...running];
}

function details({ user, info }: Asked): Row {
  const version = info.group ? `${info.group}/${info.version}` : info.version;
  return [
    user.name,
    info.verb,
    info.path,
    info.namespace,
    info.name,
    version,
    info.resource,
    info.subresource,
  ];
}

/** Go's RFC3339Nano in UTC; its zero time for a request that has not started. */
function nano(ms: number | undefined): string {
  if (ms === undefined) return '0001-01-01T00:00:00Z';
  const [seconds, fraction] = new Date(ms).toISOString().slice(0, -1).split('.');
  return `${seconds}${String(Number(`0.${fraction}`)).slice(1)}Z`;
}

const duration = (ms: number): string => (ms === 0 ? '0s' : ms < 1000 ? `${ms}ms` : `${ms / 1000}s`);

/** As Go's tabwriter with cells of eight characters or more: columns are as wide as their widest cell and a space. */
function table(rows: readonly Row[]): string {
  const lines = rows.map((row) =>
    row.map((cell, i) => (i < row.length - 1 ? `${inLine(cell)},` : inLine(cell))),
  );
  const widths: number[] = [];
  for (const line of lines)
    for (const [i, cell] of line.entries()) widths[i] = Math.max(widths[i] ?? 8, cell.length + 1);
  return lines
    .map((line) => line.map((cell, i) => (i < line.length - 1 ? cell.padEnd(widths[i]!) : cell)).join(''))
    .map((line) => `${line}\n`)
    .join('');
}

/** Names of users and paths are clients' texts: a line break would forge a row. */
const inLine = (cell: string | number | boolean): string => String(cell).replace(/[\r\n\t\f\v]/g, ' ');

/** By the paths that they are asked for at. */
export const flowControlDumps = (control: FlowControl, clock: Clock) =>
  new Map(
    Object.entries(DUMPS).map(([name, dump]) => [
      `/debug/api_priority_and_fairness/${name}`,
      (query: URLSearchParams) => dump(control, clock, query),
    ]),
  );
