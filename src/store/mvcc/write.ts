// A write that passed its precondition and has a revision, but is not durable yet.
import type { Accepted, KeyRecord } from './key-record.ts';

export interface Write extends Accepted {
  readonly record: KeyRecord;
  /** Wall time in milliseconds at which the store deletes this version; 0 for never. */
  readonly due: number;
  /** Called once, when durable and visible. */
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}
