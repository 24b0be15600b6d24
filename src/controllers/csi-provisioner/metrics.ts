// How many volumes were made and deleted, how many attempts failed, and how long the others took, by class.
// Upstream: controller/metrics of sig-storage-lib-external-provisioner.
import type { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { classOfClaim, classOfVolume } from '../../api/volumes/classes.ts';
import type { Clock } from '../../kit/clock.ts';
import { type Counter, type Histogram, MetricsRegistry } from '../../kit/metrics.ts';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Family {
  readonly total: Counter;
  readonly failed: Counter;
  readonly seconds: Histogram;
}

export class ProvisionerMetrics {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #provision: Family;
  readonly #delete: Family;

  constructor(clock: Pick<Clock, 'monotonic'>, registry = new MetricsRegistry()) {
    this.#clock = clock;
    const by = ' Broken down by storage class name';
    this.#provision = family(
      registry,
      'persistentvolumeclaim_provision',
      'provision',
      `${by} and source of the claim.`,
    );
    this.#delete = family(registry, 'persistentvolume_delete', 'delete', `${by}.`);
  }

  /** Nothing has been done when `act` gives undefined. */
  provisioning<T>(claim: Readonly<PersistentVolumeClaim>, act: () => Promise<T>): Promise<T> {
    const labels = { class: classOfClaim(claim), source: claim.spec?.dataSource?.kind ?? '' };
    return this.#measure(this.#provision, labels, act);
  }

  deleting<T>(volume: Readonly<PersistentVolume>, act: () => Promise<T>): Promise<T> {
    return this.#measure(this.#delete, { class: classOfVolume(volume) }, act);
  }

  async #measure<T>(
    { total, failed, seconds }: Family,
    labels: Readonly<Record<string, string>>,
    act: () => Promise<T>,
  ): Promise<T> {
    const began = this.#clock.monotonic();
    try {
      const done = await act();
      if (done === undefined) return done;
      seconds.observe(labels, (this.#clock.monotonic() - began) / 1_000);
      total.add(labels);
      return done;
    } catch (error) {
      failed.add(labels);
      throw error;
    }
  }
}

function family(registry: MetricsRegistry, name: string, verb: string, by: string): Family {
  const what = `persistent volume ${verb}`;
  return {
    total: registry.counter(`controller_${name}_total`, `Total number of ${what}s.${by}`),
    failed: registry.counter(
      `controller_${name}_failed_total`,
      `Total number of ${what} failed attempts.${by}`,
    ),
    seconds: registry.histogram(
      `controller_${name}_duration_seconds`,
      `Latency in seconds of ${what}s. Failed attempts are ignored.${by}`,
      SECONDS,
    ),
  };
}
