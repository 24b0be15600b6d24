// Measures one shape: from the first create until the watch has seen the last pod bound; cycles by the scheduler's own histogram.
import type { Pod } from '../../../src/api/kinds/core/v1/pod.ts';
import { keyOf } from '../../../src/api/meta/v1/object.ts';
import { systemClock } from '../../../src/kit/clock.ts';
import { cpuTicks, mainThreadTicks } from '../processes.ts';
import type { Scene } from './scene.ts';
import type { Shape } from './shapes.ts';

export interface Measured {
  readonly pods: number;
  readonly perSecond: number;
  /** Milliseconds of a scheduling cycle. */
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds of processor time that a pod takes: of all threads of the control plane, and of the one that bounds it. */
  readonly cpu: number;
  readonly cpuOfMainThread: number;
}

const MS_PER_TICK = 10;

export async function measure(scene: Scene, { prepare, pods: podsOf, during }: Shape): Promise<Measured> {
  await scene.clear();
  await prepare?.(scene);
  const pods = podsOf(scene);
  const over = new AbortController();
  const beside = during?.(scene, over.signal) ?? Promise.resolve();
  const before = cycles(await scene.metrics());
  const ticks = [cpuTicks(scene.controlPlane), mainThreadTicks(scene.controlPlane)] as const;
  const began = systemClock.monotonic();
  await scene.create(pods);
  await scene.allBound(pods);
  const perPod = (now: number, before: number) => ((now - before) * MS_PER_TICK) / pods.length;
  const cpu = perPod(cpuTicks(scene.controlPlane), ticks[0]);
  const cpuOfMainThread = perPod(mainThreadTicks(scene.controlPlane), ticks[1]);
  const after = cycles(await scene.metrics());
  over.abort();
  await beside;
  const seconds = (lastBound(scene, pods) - began) / 1000;
  const counted = after.map(([bound, count], i): Bucket => [bound, count - (before[i]?.[1] ?? 0)]);
  return {
    pods: pods.length,
    perSecond: pods.length / seconds,
    p50: quantile(counted, 0.5) * 1000,
    p99: quantile(counted, 0.99) * 1000,
    cpu,
    cpuOfMainThread,
  };
}

const lastBound = ({ bound }: Scene, pods: readonly Pod[]): number =>
  pods.reduce((last, pod) => Math.max(last, bound.get(keyOf(pod))!), 0);

/** Upper bound in seconds, and how many values are not above it. */
type Bucket = readonly [bound: number, count: number];

function cycles(metrics: string): Bucket[] {
  const line = /^scheduler_scheduling_algorithm_duration_seconds_bucket\{le="([^"]+)"\} (\d+)/gm;
  return [...metrics.matchAll(line)].map(([, bound, count]) => [
    bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound),
    Number(count),
  ]);
}

/** As Prometheus' histogram_quantile: values are taken to be spread evenly within a bucket. */
function quantile(buckets: readonly Bucket[], share: number): number {
  const total = buckets.at(-1)?.[1] ?? 0;
  const rank = total * share;
  const i = buckets.findIndex(([, count]) => count >= rank);
  const [bound, count] = buckets[i] ?? [0, 0];
  const [below, fewer] = buckets[i - 1] ?? [0, 0];
  if (!Number.isFinite(bound)) return below;
  return below + ((bound - below) * (rank - fewer)) / Math.max(1, count - fewer);
}
