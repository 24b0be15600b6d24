// The alarm of a disk that takes no more writes: raised by a failed commit, by the quota or by a probe, cleared by a probe. Probes
// come with growing distance while the alarm stands. Held by MvccStore, which refuses writes meanwhile.
// Upstream: etcd raises NOSPACE by its quota only and leaves disarming to the administrator (server/etcdserver/api/v3rpc/quota.go).
import { Backoff } from '../../kit/backoff.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import { DiskAlarmError } from '../failures.ts';

/** Milliseconds between probes. */
const PROBES = { base: 1_000, cap: 30_000 };
/** Milliseconds without an alarm after which the distance of probes starts small again. */
const STEADY_MS = 60_000;

export interface DiskAlarmOptions {
  readonly clock: Clock;
  /** Makes room where it can; rejects with a DiskAlarmError while there is none. */
  readonly probe: () => Promise<void>;
  readonly changed: (error: DiskAlarmError | undefined) => void;
}

export class DiskAlarm {
  readonly #options: DiskAlarmOptions;
  readonly #backoff = new Backoff<'probe'>(PROBES);
  #raised: DiskAlarmError | undefined;
  #clearedAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: DiskAlarmOptions) {
    this.#options = options;
  }

  get raised(): DiskAlarmError | undefined {
    return this.#raised;
  }

  raise(error: DiskAlarmError): void {
    if (this.#closed) return;
    const news = this.#raised?.kind !== error.kind;
    const first = !this.#raised;
    this.#raised = error;
    if (first) {
      if (this.#options.clock.monotonic() - this.#clearedAt > STEADY_MS) this.#backoff.forget('probe');
      this.#probeLater();
    }
    if (news) this.#options.changed(error);
  }

  /** Asks the disk once, `ms` from now, also without an alarm. */
  probeAfter(ms: number): void {
    this.#timer?.cancel();
    if (!this.#closed) this.#timer = this.#options.clock.after(ms, () => void this.#probe());
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #probeLater(): void {
    this.probeAfter(this.#backoff.next('probe'));
  }

  async #probe(): Promise<void> {
    try {
      await this.#options.probe();
      this.#clear();
    } catch (error) {
      if (error instanceof DiskAlarmError) this.raise(error);
      if (this.#raised) this.#probeLater();
    }
  }

  #clear(): void {
    if (!this.#raised || this.#closed) return;
    this.#raised = undefined;
    this.#clearedAt = this.#options.clock.monotonic();
    this.#options.changed(undefined);
  }
}
