// The state of one key: the version that reads see, older versions that are not compacted yet, and the newest accepted write,
// durable or not, against which preconditions are checked.
import type { Entry } from '../store.ts';
import { sortForm } from './key-order.ts';

interface Version {
  readonly revision: number;
  /** undefined: deleted at this revision. */
  readonly entry: Entry | undefined;
}

/** An accepted write that is not durable yet. */
export interface Accepted {
  readonly revision: number;
  /** The new version; undefined for a deletion. */
  readonly entry: Entry | undefined;
  /** Settles when the caller's promise does. */
  readonly settled: Promise<unknown>;
}

export class KeyRecord {
  readonly key: string;
  readonly sort: string;
  /** What reads see now. */
  current: Entry | undefined = undefined;
  /** Revision of the newest visible version or deletion; 0 when there has been none. */
  changed = 0;
  /** The newest accepted write that is not visible yet. */
  head: Accepted | undefined = undefined;
  #past: Version[] | undefined = undefined;

  constructor(key: string) {
    this.key = key;
    this.sort = sortForm(key);
  }

  /** The newest accepted version, visible or not. */
  get accepted(): Entry | undefined {
    return this.head ? this.head.entry : this.current;
  }

  /** The version that `revision` shows. */
  at(revision: number): Entry | undefined {
    if (this.changed <= revision) return this.current;
    const past = this.#past ?? [];
    for (let i = past.length - 1; i >= 0; i--) if (past[i]!.revision <= revision) return past[i]!.entry;
    return undefined;
  }

  /** Makes a version, or a deletion, the visible one. */
  advance(revision: number, entry: Entry | undefined): void {
    if (this.changed > 0) {
      this.#past ??= [];
      this.#past.push({ revision: this.changed, entry: this.current });
    }
    this.current = entry;
    this.changed = revision;
  }

  /** Removes versions that no revision from `oldest` on shows; calls `dropped` with the revision of each. */
  trim(oldest: number, dropped: (revision: number) => void): void {
    const past = this.#past;
    if (past) {
      // A past version is shown until the one after it: it can go when that happened at or before `oldest`.
      let drop = 0;
      while (drop < past.length && this.#end(drop) <= oldest) drop++;
      // The first one left may be a deletion; without its record `oldest` shows nothing just the same.
      if (drop < past.length && !past[drop]!.entry && past[drop]!.revision <= oldest) drop++;
      for (const version of past.splice(0, drop)) dropped(version.revision);
      if (past.length === 0) this.#past = undefined;
    }
    if (this.#isGone(oldest)) {
      dropped(this.changed);
      this.changed = 0;
    }
  }

  /** Whether the record can go: no version, no deletion that an old revision shows, no write in flight. */
  get isEmpty(): boolean {
    return this.changed === 0 && !this.head;
  }

  /** The revision that replaced past version `i`. */
  #end(i: number): number {
    return this.#past?.[i + 1]?.revision ?? this.changed;
  }

  #isGone(oldest: number): boolean {
    return !this.current && !this.#past && this.changed > 0 && this.changed <= oldest;
  }
}
