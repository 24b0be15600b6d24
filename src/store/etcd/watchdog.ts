// Asks every two seconds whether the member in use answers, with a quorum behind it, and whether the watch brings what it has
// written. If not, another member, or another stream, is used: a member that is stopped or cut off says nothing by itself.
// Also notices that an alarm is over, and that another cluster has taken etcd's place. Called by etcd-store.ts.
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Barrier } from './barrier.ts';
import { WATCHDOG_MS } from './limits.ts';
import type { EtcdMetrics } from './metrics.ts';
import type { Feed } from './replica/feed.ts';
import type { Replica } from './replica/replica.ts';
import type { Endpoints } from './rpc/endpoints.ts';
import { ALARM, STATUS } from './rpc/methods.ts';

/** Looks from one question for the size of the database to the next: half a minute. */
const SIZE_EVERY = 15;

export interface WatchdogOptions {
  readonly clock: Clock;
  readonly endpoints: Endpoints;
  readonly barrier: Barrier;
  readonly feed: Feed;
  readonly replica: Replica;
  /** Whether writes are refused for want of space. */
  readonly alarmed: () => boolean;
  readonly alarmOver: () => void;
  readonly metrics: EtcdMetrics;
  readonly replaced: (error: Error) => void;
}

export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #timer: Timer;
  #looking = false;
  #looks = 0;

  constructor(options: WatchdogOptions) {
    this.#options = options;
    this.#timer = options.clock.every(WATCHDOG_MS, () => void this.#look());
  }

  close(): void {
    this.#timer.cancel();
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      await this.#check();
    } finally {
      this.#looking = false;
    }
  }

  async #check(): Promise<void> {
    const { barrier, endpoints, feed, replica, alarmed } = this.#options;
    const before = replica.revision;
    let head: number;
    try {
      head = await barrier.head(WATCHDOG_MS);
    } catch {
      return endpoints.choose();
    }
    // No member with a quorum behind it can know less than this server has seen.
    if (head < before)
      return this.#options.replaced(
        new Error(
          `etcd is at revision ${head}, this server has seen ${before}: etcd was restored or replaced`,
        ),
      );
    try {
      await barrier.shown(head, WATCHDOG_MS);
    } catch {
      feed.restart(`revision ${head} has not arrived`);
    }
    if (alarmed()) await this.#askAlarm();
    if (this.#looks++ % SIZE_EVERY === 0) await this.#askSize();
  }

  async #askSize(): Promise<void> {
    const { endpoints, metrics } = this.#options;
    try {
      metrics.size((await endpoints.call(STATUS, {}, WATCHDOG_MS)).dbSize);
    } catch {
      // It is asked again.
    }
  }

  async #askAlarm(): Promise<void> {
    try {
      const { alarms } = await this.#options.endpoints.call(ALARM, { action: 0 }, WATCHDOG_MS);
      if (!alarms.some(({ alarm }) => alarm === 'NOSPACE')) this.#options.alarmOver();
    } catch {
      // It is asked again.
    }
  }
}
