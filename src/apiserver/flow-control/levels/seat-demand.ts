// How many seats a priority level could use over time: the time-weighted average, its deviation and the highest value since
// the last collection, and the smoothed demand by which seats are lent. Called by priority-level.ts and borrowing.ts.
// Upstream: fairqueuing/integrator.go and seatDemandStats in staging/src/k8s.io/apiserver/pkg/util/flowcontrol.

export interface DemandStatistics {
  readonly average: number;
  readonly deviation: number;
  readonly highWatermark: number;
  readonly smoothed: number;
}

/** The weight of the past in smoothed demand; with an adjustment every 10 s, half of a demand is forgotten in 5 minutes. */
const SMOOTHING = 0.977;

export class SeatDemand {
  #value = 0;
  #highest = 0;
  /** Integrals of the value and of its square, in seats × ms. */
  #sum = 0;
  #squares = 0;
  #since: number;
  #last: number;
  #statistics: DemandStatistics = { average: 0, deviation: 0, highWatermark: 0, smoothed: 0 };

  constructor(now: number) {
    this.#since = now;
    this.#last = now;
  }

  /** Of the last completed period. */
  get statistics(): DemandStatistics {
    return this.#statistics;
  }

  set(value: number, now: number): void {
    this.#integrate(now);
    this.#value = value;
    if (value > this.#highest) this.#highest = value;
  }

  /** Ends a period. */
  collect(now: number): DemandStatistics {
    this.#integrate(now);
    const { smoothed } = this.#statistics;
    const duration = now - this.#since;
    if (duration > 0) {
      const average = this.#sum / duration;
      const deviation = Math.sqrt(Math.max(0, this.#squares / duration - average ** 2));
      const envelope = average + deviation;
      this.#statistics = {
        average,
        deviation,
        highWatermark: this.#highest,
        smoothed: Math.max(envelope, SMOOTHING * smoothed + (1 - SMOOTHING) * envelope),
      };
    } else this.#statistics = { ...this.#statistics, highWatermark: this.#highest };
    this.#highest = this.#value;
    this.#sum = 0;
    this.#squares = 0;
    this.#since = now;
    return this.#statistics;
  }

  #integrate(now: number): void {
    const elapsed = now - this.#last;
    this.#sum += this.#value * elapsed;
    this.#squares += this.#value * this.#value * elapsed;
    this.#last = now;
  }
}
