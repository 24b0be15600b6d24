// Forgets old versions, in memory and on disk, in steps between which others have their turn: when the caller asks, and when
// they take more memory than they may. Held by MvccStore.
import type { Clock } from '../../kit/clock.ts';
import { DiskAlarmError } from '../failures.ts';
import type { Journal } from './journal.ts';
import type { MvccState } from './mvcc-state.ts';

export interface CompactionOptions {
  readonly clock: Clock;
  readonly state: MvccState;
  readonly journal: Journal;
  /** Bytes of memory that old versions may take. */
  readonly historyBytes: number;
  /** Revisions that the journal still has and nothing shows. */
  readonly forgotten: readonly number[];
  /** Whether the store refuses everything by now. */
  readonly ended: () => boolean;
  readonly diskRefused: (error: DiskAlarmError) => void;
}

/** What an early compaction leaves, so that not every commit is followed by one. */
const LEFT_BY_EARLY = 0.75;

export class Compaction {
  readonly #options: CompactionOptions;
  /** Revisions that are gone from memory, but that the journal has not forgotten yet. */
  #forgotten: readonly number[];
  #early = false;

  constructor(options: CompactionOptions) {
    this.#options = options;
    this.#forgotten = options.forgotten;
  }

  async to(revision: number): Promise<void> {
    const { clock, state, journal, ended } = this.#options;
    state.compact(revision);
    for (let dropped = state.trim(); dropped && !ended(); dropped = state.trim()) {
      await this.#forget(dropped);
      await clock.turn();
    }
    if (!ended()) await journal.shrink();
  }

  /** Called after each commit. */
  bound(): void {
    const { state, historyBytes, ended } = this.#options;
    if (this.#early || ended() || state.historyBytes <= historyBytes) return;
    this.#early = true;
    this.to(state.compactionFor(historyBytes * LEFT_BY_EARLY))
      // The disk's alarm is raised by then; any other failure shows at the next commit.
      .catch(() => {})
      .finally(() => {
        this.#early = false;
      });
  }

  /** What the disk does not let the journal forget is kept for the next compaction. */
  async #forget(dropped: readonly number[]): Promise<void> {
    const { state, journal, diskRefused } = this.#options;
    const revisions = this.#forgotten.concat(dropped);
    this.#forgotten = [];
    try {
      await journal.forget(state.compacted, revisions);
    } catch (error) {
      this.#forgotten = this.#forgotten.concat(revisions);
      if (error instanceof DiskAlarmError) diskRefused(error);
      throw error;
    }
  }
}
