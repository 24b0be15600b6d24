// What the volumes of pods take, for the Summary API and the metrics of claims. Measured when somebody asks and kept for a minute
// (upstream's volumeStatsAggPeriod), some at a time; who asks waits a moment at most and then gets what is known.
// Upstream: pkg/kubelet/server/stats/volume_stat_calculator.go.
import type { Clock } from '../../kit/clock.ts';
import { Limiter } from '../images/limiter.ts';
import { type Pod, podNamespace, podUid } from '../pod.ts';
import type { VolumeStats } from '../volumes/plugin.ts';
import { Instant, type VolumeSummary } from './summary.ts';

/** A volume of a pod that is set up and can be measured. */
export interface MeasurableVolume {
  readonly name: string;
  /** Name of the claim behind it. */
  readonly claim?: string;
  measure(): Promise<VolumeStats | undefined>;
}

export interface VolumeStatsOptions {
  readonly clock: Clock;
  readonly volumesOf: (pod: Pod) => readonly MeasurableVolume[];
  /** Its driver says that something is wrong with a volume. */
  readonly onAbnormal?: (pod: Pod, message: string) => void;
}

interface Measurement {
  readonly startedAt: number;
  /** Ends in any case, and then `summary` may be there. */
  readonly done: Promise<void>;
  isRunning: boolean;
  summary: VolumeSummary | undefined;
}

const PERIOD_MS = 60_000;
const PATIENCE_MS = 1_000;
/** Trees that are walked at once, and processes that wait for servers. */
const AT_ONCE = 4;

export class PodVolumeStats {
  readonly #options: VolumeStatsOptions;
  readonly #limiter = new Limiter(AT_ONCE);
  /** By pod uid and volume name. */
  #measured: ReadonlyMap<string, Measurement> = new Map();

  constructor(options: VolumeStatsOptions) {
    this.#options = options;
  }

  /** By pod uid. Pods that are not given are forgotten. */
  async read(pods: readonly Pod[]): Promise<ReadonlyMap<string, readonly VolumeSummary[]>> {
    const { clock, volumesOf } = this.#options;
    const now = clock.monotonic();
    const measured = new Map<string, Measurement>();
    for (const pod of pods)
      for (const volume of volumesOf(pod)) {
        const key = keyOf(pod, volume.name);
        measured.set(key, this.#current(this.#measured.get(key), now) ?? this.#measure(pod, volume, now));
      }
    this.#measured = measured;
    await this.#patiently([...measured.values()].filter(({ isRunning }) => isRunning));
    return new Map(pods.map((pod) => [podUid(pod), this.#summaries(pod)]));
  }

  async #patiently(running: readonly Measurement[]): Promise<void> {
    if (running.length === 0) return;
    await new Promise<void>((resolve) => {
      const timer = this.#options.clock.after(PATIENCE_MS, resolve);
      void Promise.all(running.map(({ done }) => done)).then(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  /** One that still runs is not begun again, however long it takes. */
  #current(last: Measurement | undefined, now: number): Measurement | undefined {
    return last && (last.isRunning || now < last.startedAt + PERIOD_MS) ? last : undefined;
  }

  #measure(pod: Pod, volume: MeasurableVolume, startedAt: number): Measurement {
    const last = this.#measured.get(keyOf(pod, volume.name))?.summary;
    const run = async () => {
      const stats = await volume.measure().catch(() => undefined);
      const { abnormal, message } = stats?.health ?? {};
      if (abnormal) this.#options.onAbnormal?.(pod, `Volume ${volume.name}: ${message}`);
      measurement.summary = stats && summaryOf(pod, volume, stats, this.#options.clock.now());
      measurement.isRunning = false;
    };
    const measurement: Measurement = {
      ...{ startedAt, isRunning: true, summary: last },
      done: this.#limiter.run(run),
    };
    return measurement;
  }

  #summaries(pod: Pod): VolumeSummary[] {
    const volumes = this.#options.volumesOf(pod);
    return volumes.flatMap(({ name }) => this.#measured.get(keyOf(pod, name))?.summary ?? []);
  }
}

const keyOf = (pod: Pod, volume: string): string => `${podUid(pod)}/${volume}`;

/** What is not known is told as nothing, as upstream does. */
const summaryOf = (
  pod: Pod,
  { name, claim }: MeasurableVolume,
  stats: VolumeStats,
  now: number,
): VolumeSummary => ({
  time: new Instant(now),
  availableBytes: stats.availableBytes ?? 0,
  capacityBytes: stats.capacityBytes ?? 0,
  usedBytes: stats.usedBytes ?? 0,
  inodesFree: stats.inodesFree ?? 0,
  inodes: stats.inodes ?? 0,
  inodesUsed: stats.inodesUsed ?? 0,
  name,
  ...(stats.health && { volumeHealthStats: { abnormal: stats.health.abnormal } }),
  ...(claim !== undefined && { pvcRef: { name: claim, namespace: podNamespace(pod) } }),
});
