// Saves snapshots by itself, a few hours apart, and removes the oldest. None is saved while the disk is low or takes no writes.
// Started by the control plane.
import { mkdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { dueIn, hasRoom, RING, type RingLimits, ringName, surplus } from '../../store/snapshot/ring.ts';
import { saveSnapshot } from '../../store/snapshot/save.ts';
import type { SavableStore } from './savable-store.ts';
import { filesIn } from './snapshot-files.ts';

export interface AutomaticSnapshotsOptions {
  readonly store: SavableStore;
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits?: Partial<RingLimits>;
}

/** A snapshot that failed, or found no room, is tried again after so many milliseconds. */
const RETRY_MS = 600_000;

export class AutomaticSnapshots {
  readonly #options: AutomaticSnapshotsOptions;
  readonly #limits: RingLimits;
  #timer: Timer | undefined;
  #stopped = false;

  constructor(options: AutomaticSnapshotsOptions) {
    this.#options = options;
    this.#limits = { ...RING, ...options.limits };
  }

  async start(): Promise<void> {
    if (this.#limits.keep === 0) return;
    const files = await filesIn(this.#options.directory);
    // A start has better things to do first.
    const soonest = Math.min(RETRY_MS, this.#limits.everyMs);
    this.#next(Math.max(soonest, dueIn(files, this.#options.clock.now(), this.#limits)));
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #next(ms: number): void {
    if (!this.#stopped) this.#timer = this.#options.clock.after(ms, () => void this.#run());
  }

  async #run(): Promise<void> {
    const { log } = this.#options;
    try {
      this.#next((await this.#save()) ? this.#limits.everyMs : RETRY_MS);
    } catch (error) {
      log.warn('an automatic snapshot failed', { error });
      this.#next(RETRY_MS);
    }
  }

  /** False when there is no room for one. */
  async #save(): Promise<boolean> {
    const { store, directory, clock, log } = this.#options;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const { bavail, bsize } = await statfs(directory);
    if (store.alarm || !hasRoom(bavail * bsize, await store.size())) {
      log.warn('no automatic snapshot: the disk is low', { available: bavail * bsize });
      return false;
    }
    const capture = store.capture();
    const saved = await saveSnapshot(
      capture,
      join(directory, ringName(clock.now(), capture.revision)),
      clock,
    );
    log.info('automatic snapshot', { ...saved });
    for (const name of surplus(await filesIn(directory), this.#limits))
      await rm(join(directory, name), { force: true });
    return true;
  }
}
