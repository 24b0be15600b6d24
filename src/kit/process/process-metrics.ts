// Metrics of this process under the names of Prometheus client libraries: process_* as Go's, nodejs_* as those for Node.js.
// Everything is read when it is asked for, except the lag of the event loop, which is sampled from the first call on: what nobody
// scrapes costs nothing. Called by the API server, the kubelet and stand-alone components for /metrics.
import { readdirSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { metricText } from '../metrics.ts';

/** Hundredths of a second: what /proc counts time in (USER_HZ, always 100 on Linux). */
const TICKS = 100;
const PAGE = 4096;
/** Seldom enough to cost nothing; a delay that is longer than this is not missed. */
const SAMPLE_MS = 250;

type Intervals = ReturnType<typeof monitorEventLoopDelay>;

let delays: Intervals | undefined;

export function renderProcessMetrics(): string {
  if (!delays) {
    delays = monitorEventLoopDelay({ resolution: SAMPLE_MS });
    delays.enable();
  }
  return processFamilies() + heapFamilies() + lagFamilies(delays);
}

/** The histogram holds the nanoseconds between two samples. Once read, it starts again. */
function lagFamilies(intervals: Intervals): string {
  const seconds = (nanoseconds: number) =>
    intervals.count > 0 ? Math.max(0, nanoseconds / 1e9 - SAMPLE_MS / 1000) : 0;
  const at = (percent: number) => seconds(intervals.percentile(percent));
  const name = 'nodejs_eventloop_lag';
  const text =
    gauge(`${name}_min_seconds`, 'The minimum recorded event loop delay.', seconds(intervals.min)) +
    gauge(`${name}_max_seconds`, 'The maximum recorded event loop delay.', seconds(intervals.max)) +
    gauge(`${name}_mean_seconds`, 'The mean of the recorded event loop delays.', seconds(intervals.mean)) +
    gauge(`${name}_p50_seconds`, 'The 50th percentile of the recorded event loop delays.', at(50)) +
    gauge(`${name}_p90_seconds`, 'The 90th percentile of the recorded event loop delays.', at(90)) +
    gauge(`${name}_p99_seconds`, 'The 99th percentile of the recorded event loop delays.', at(99));
  intervals.reset();
  return text;
}

function processFamilies(): string {
  const { user, system } = process.cpuUsage();
  const [pages = 0, resident = 0] = readFileSync('/proc/self/statm', 'utf8').split(' ').map(Number);
  return (
    counter(
      'process_cpu_seconds_total',
      'Total user and system CPU time spent in seconds.',
      (user + system) / 1e6,
    ) +
    gauge('process_max_fds', 'Maximum number of open file descriptors.', maxDescriptors()) +
    gauge('process_open_fds', 'Number of open file descriptors.', readdirSync('/proc/self/fd').length) +
    gauge('process_resident_memory_bytes', 'Resident memory size in bytes.', resident * PAGE) +
    renderStartTime() +
    gauge('process_virtual_memory_bytes', 'Virtual memory size in bytes.', pages * PAGE)
  );
}

export const renderStartTime = (): string =>
  gauge('process_start_time_seconds', 'Start time of the process since unix epoch in seconds.', startTime());

/** The soft limit. */
export function maxDescriptors(): number {
  const line = readFileSync('/proc/self/limits', 'utf8')
    .split('\n')
    .find((one) => one.startsWith('Max open files'));
  return Number(line?.slice('Max open files'.length).trim().split(' ')[0] ?? 0);
}

function startTime(): number {
  // The name of the program, in parentheses, may hold anything.
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)!.split(' ');
  const boot = readFileSync('/proc/stat', 'utf8')
    .split('\n')
    .find((line) => line.startsWith('btime '));
  // Field 22 of the line, the 20th after the name.
  return Number(boot?.slice('btime '.length) ?? 0) + Number(fields[19]) / TICKS;
}

function heapFamilies(): string {
  const { heapTotal, heapUsed, external } = process.memoryUsage();
  return (
    gauge('nodejs_heap_size_total_bytes', 'Process heap size from Node.js in bytes.', heapTotal) +
    gauge('nodejs_heap_size_used_bytes', 'Process heap size used from Node.js in bytes.', heapUsed) +
    gauge('nodejs_external_memory_bytes', 'Node.js external memory size in bytes.', external)
  );
}

const gauge = (name: string, help: string, value: number): string =>
  metricText(name, 'gauge', help, [[{}, value]]);
const counter = (name: string, help: string, value: number): string =>
  metricText(name, 'counter', help, [[{}, value]]);
