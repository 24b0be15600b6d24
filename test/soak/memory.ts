// Whether memory stays flat: resident memory of the cluster's processes once a minute, judged where the process stays the same.
import { readFileSync } from 'node:fs';

export interface Sample {
  readonly minute: number;
  readonly pid: number;
  readonly megabytes: number;
}

export function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

export interface Growth {
  readonly samples: number;
  readonly meanMegabytes: number;
  /** Least squares. */
  readonly megabytesPerHour: number;
  /** Undefined when there is too little to judge by. */
  readonly flat: boolean | undefined;
}

/** Minutes that a process fills its memory, whatever happens: events are kept for an hour, and the revisions before the last
 *  compaction for ten minutes. What comes after that is judged. */
const FILLS = 75;
/** Fewer minutes than this say nothing: collectors come and go. */
const ENOUGH_SAMPLES = 20;
/** What may be noise, as a share of the mean over an hour. */
const TOLERANCE = 0.1;

/** Of the last process among the samples, once it has filled its memory. */
export function growthOf(samples: readonly Sample[]): Growth {
  const last = samples.at(-1);
  const lived = samples.filter(({ pid }) => pid === last?.pid);
  const own = lived.filter(({ minute }) => minute >= lived[0]!.minute + FILLS);
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / (values.length || 1);
  const x = mean(own.map(({ minute }) => minute));
  const y = mean(own.map(({ megabytes }) => megabytes));
  const covariance = mean(own.map(({ minute, megabytes }) => (minute - x) * (megabytes - y)));
  const variance = mean(own.map(({ minute }) => (minute - x) ** 2));
  const megabytesPerHour = variance > 0 ? (covariance / variance) * 60 : 0;
  const flat = own.length < ENOUGH_SAMPLES ? undefined : megabytesPerHour < y * TOLERANCE;
  return { samples: own.length, meanMegabytes: y, megabytesPerHour, flat };
}
