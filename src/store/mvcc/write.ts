// A write that passed its precondition and has its revision, on its way to being durable.
import type { Entry } from '../store.ts';
import type { KeyRecord } from './key-record.ts';

export interface Write {
  readonly record: KeyRecord;
  readonly revision: number;
  /** The new version; undefined for a deletion. */
  readonly entry: Entry | undefined;
  /** Wall time in milliseconds at which the store deletes this version; 0 for never. */
  readonly due: number;
  /** Settles as the caller's promise does. */
  readonly settled: Promise<unknown>;
  /** Called once, when durable and visible. */
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}
