// Use between two readings of a node. Pure. Upstream: metrics-server's pkg/storage.
import { formatQuantity, quantityOf } from '../../api/quantity/quantity.ts';
import type { Point, Reading } from './reading.ts';

export interface Usage {
  /** The end of the interval, in milliseconds since the epoch. */
  readonly at: number;
  readonly windowMs: number;
  /** Nanocores, on average over the interval. */
  readonly cpu: number;
  readonly memory: number;
}

export interface Pair {
  readonly last: Reading;
  readonly previous: Reading;
}

/** A container that has started between two readings is measured from its start, if it has run for so many milliseconds. */
const FRESH_MS = 10_000;

export const nodeUsage = ({ last, previous }: Pair): Usage | undefined => between(last.node, previous.node);

/** By container; undefined if one of them cannot be measured yet. */
export function podUsage({ last, previous }: Pair, pod: string): ReadonlyMap<string, Usage> | undefined {
  const now = last.pods.get(pod);
  if (!now || now.size === 0) return undefined;
  const before = previous.pods.get(pod);
  const usages = new Map<string, Usage>();
  for (const [name, point] of now) {
    const usage = between(point, startOf(point, before?.get(name)));
    if (!usage) return undefined;
    usages.set(name, usage);
  }
  return usages;
}

/** Where the interval begins: with the reading before, unless the container has started since. */
function startOf(point: Point, before: Point | undefined): Point | undefined {
  const { startedAt } = point;
  if (before && (startedAt === undefined || startedAt <= before.at)) return before;
  if (startedAt === undefined || point.at - startedAt < FRESH_MS) return undefined;
  return { at: startedAt, cpu: 0, memory: 0, startedAt };
}

function between(last: Point | undefined, previous: Point | undefined): Usage | undefined {
  if (!last || !previous) return undefined;
  const windowMs = last.at - previous.at;
  const seconds = last.cpu - previous.cpu;
  if (windowMs <= 0 || seconds < 0) return undefined;
  return { at: last.at, windowMs, cpu: Math.round((seconds / windowMs) * 1e12), memory: last.memory };
}

/** As `usage` of NodeMetrics and ContainerMetrics. */
export const quantities = ({ cpu, memory }: Usage): Record<string, string> => ({
  cpu: formatQuantity(quantityOf(cpu, 'DecimalSI', -9)),
  memory: formatQuantity(quantityOf(Math.floor(memory), 'BinarySI')),
});
