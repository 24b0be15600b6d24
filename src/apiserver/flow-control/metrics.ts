// The metrics of priority and fairness under upstream's names (staging/src/k8s.io/apiserver/pkg/util/flowcontrol/metrics), except
// those of upstream's virtual time and those sampled every nanosecond. Everything is counted where it happens and only
// formatted here. Called by assemble.ts for /metrics.
import { type Distribution, labelText, metricHead, metricText, type Sample } from '../../kit/metrics.ts';
import type { FlowControl } from './flow-control.ts';
import type { FlowCounts } from './levels/counts.ts';
import type { PriorityLevel } from './levels/priority-level.ts';

const PREFIX = 'apiserver_flowcontrol_';

export function renderFlowControl(control: FlowControl): string {
  const flows = [...control.counts.values()];
  return renderFlows(flows) + renderLevels([...control.levels], control);
}

const family = (name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]): string =>
  metricText(PREFIX + name, type, help, samples);

function histogram(
  name: string,
  help: string,
  series: readonly (readonly [labels: Readonly<Record<string, string>>, values: Distribution])[],
): string {
  const lines = series
    .filter(([, { count }]) => count > 0)
    .map(([labels, values]) => values.render(PREFIX + name, labelText(labels)));
  return metricHead(PREFIX + name, 'histogram', help) + lines.join('');
}

const labelsOf = ({ level, flow }: FlowCounts) => ({ priority_level: level, flow_schema: flow });

function renderFlows(flows: readonly FlowCounts[]): string {
  const each = (value: (counts: FlowCounts) => number): Sample[] =>
    flows.map((counts) => [labelsOf(counts), value(counts)]);
  const rejected = flows.flatMap((counts) =>
    Object.entries(counts.rejected).map(
      ([reason, count]): Sample => [{ ...labelsOf(counts), reason }, count],
    ),
  );
  return (
    family(
      'rejected_requests_total',
      'counter',
      'Number of requests rejected by API Priority and Fairness subsystem',
      rejected,
    ) +
    family(
      'dispatched_requests_total',
      'counter',
      'Number of requests executed by API Priority and Fairness subsystem',
      each(({ dispatched }) => dispatched),
    ) +
    family(
      'current_inqueue_requests',
      'gauge',
      'Number of requests currently pending in queues of the API Priority and Fairness subsystem',
      each(({ inQueue }) => inQueue),
    ) +
    family(
      'current_inqueue_seats',
      'gauge',
      'Number of seats currently pending in queues of the API Priority and Fairness subsystem',
      each(({ seatsInQueue }) => seatsInQueue),
    ) +
    family(
      'current_executing_requests',
      'gauge',
      'Number of requests in initial (for a WATCH) or any (for a non-WATCH) execution stage in the API Priority and Fairness subsystem',
      each(({ executing }) => executing),
    ) +
    family(
      'current_executing_seats',
      'gauge',
      'Concurrency (number of seats) occupied by the currently executing (initial stage for a WATCH, any stage otherwise) requests in the API Priority and Fairness subsystem',
      each(({ seatsInUse }) => seatsInUse),
    ) +
    family(
      'request_dispatch_no_accommodation_total',
      'counter',
      'Number of times a dispatch attempt resulted in a non accommodation due to lack of available seats',
      each(({ notAccommodated }) => notAccommodated),
    ) +
    renderDistributions(flows)
  );
}

function renderDistributions(flows: readonly FlowCounts[]): string {
  return (
    histogram(
      'request_queue_length_after_enqueue',
      'Length of queue in the API Priority and Fairness subsystem, as seen by each request after it is enqueued',
      flows.map((counts) => [labelsOf(counts), counts.queueLengths]),
    ) +
    histogram(
      'request_wait_duration_seconds',
      'Length of time a request spent waiting in its queue',
      flows.flatMap((counts) => [
        [{ ...labelsOf(counts), execute: 'true' }, allWaits(counts)],
        [{ ...labelsOf(counts), execute: 'false' }, counts.vainWaits],
      ]),
    ) +
    histogram(
      'request_execution_seconds',
      'Duration of initial stage (for a WATCH) or any (for a non-WATCH) stage of request execution in the API Priority and Fairness subsystem',
      flows.flatMap((counts) => [
        [{ ...labelsOf(counts), type: 'regular' }, counts.durations],
        [{ ...labelsOf(counts), type: 'watch' }, counts.watchDurations],
      ]),
    ) +
    histogram(
      'work_estimated_seats',
      'Number of estimated seats (maximum of initial and final seats) associated with requests in API Priority and Fairness',
      flows.map((counts) => [labelsOf(counts), counts.seats]),
    ) +
    histogram(
      'watch_count_samples',
      'count of watchers for mutating requests in API Priority and Fairness',
      flows.map((counts) => [labelsOf(counts), counts.watchers]),
    )
  );
}

/** Requests that were served at once are only counted while they are served. */
function allWaits(counts: FlowCounts): Distribution {
  counts.waits.observe(0, counts.notWaited);
  counts.notWaited = 0;
  return counts.waits;
}

function renderLevels(levels: readonly PriorityLevel[], control: FlowControl): string {
  const each = (value: (level: PriorityLevel) => number): Sample[] =>
    levels.map((level) => [{ priority_level: level.config.name }, value(level)]);
  const gauge = (name: string, help: string, value: (level: PriorityLevel) => number) =>
    family(name, 'gauge', help, each(value));
  return (
    gauge(
      'nominal_limit_seats',
      'Nominal number of execution seats configured for each priority level',
      ({ limits }) => limits.nominal,
    ) +
    gauge(
      'lower_limit_seats',
      'Configured lower bound on number of execution seats available to each priority level',
      ({ limits }) => limits.lower,
    ) +
    gauge(
      'upper_limit_seats',
      'Configured upper bound on number of execution seats available to each priority level',
      ({ limits }) => limits.upper,
    ) +
    gauge(
      'current_limit_seats',
      'current derived number of execution seats available to each priority level',
      ({ current }) => current,
    ) +
    gauge(
      'demand_seats_high_watermark',
      'High watermark, over last adjustment period, of demand_seats',
      ({ demand }) => demand.statistics.highWatermark,
    ) +
    gauge(
      'demand_seats_average',
      'Time-weighted average, over last adjustment period, of demand_seats',
      ({ demand }) => demand.statistics.average,
    ) +
    gauge(
      'demand_seats_stdev',
      'Time-weighted standard deviation, over last adjustment period, of demand_seats',
      ({ demand }) => demand.statistics.deviation,
    ) +
    gauge('demand_seats_smoothed', 'Smoothed seat demands', ({ demand }) => demand.statistics.smoothed) +
    gauge('target_seats', 'Seat allocation targets', ({ config }) => control.targets.get(config.name) ?? 0) +
    family(
      'seat_fair_frac',
      'gauge',
      "Fair fraction of server's concurrency to allocate to each priority level that can use it",
      [[{}, control.fairFraction]],
    )
  );
}
