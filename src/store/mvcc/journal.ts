// The port to what makes writes durable. MvccStore calls append() only when the previous call has ended, with all writes that
// queued up meanwhile (group commit).
import type { Write } from './write.ts';

export interface Journal {
  /** Makes the writes durable, all or none, then calls `ended`: with a DiskAlarmError when the disk took none of them, with
   *  another error when it is unknown whether they are durable. */
  append(writes: readonly Write[], ended: (error?: Error) => void): void;
  /** Calls `flush` after the writes of this turn of the event loop, or at once. */
  gather(flush: () => void): void;
  /** Deletes old versions and deletion records, and records that revisions below `compacted` are gone. */
  forget(compacted: number, revisions: readonly number[]): Promise<void>;
  /** Frees the space of what was deleted, in bounded steps. */
  shrink(): Promise<void>;
  /** Bytes that the data take on disk, free pages not counted, as of the last answer of the disk. */
  readonly used: number;
  /** The disk had no room at the last answer: only the reserve is left, for deletions. */
  readonly tight: boolean;
  /** Rejects with a DiskAlarmError while the disk has no room or is read-only; left out where there is no disk. */
  probe?(): Promise<void>;
  /** Reads some of what is on disk and checks it; true when there is more. Rejects when it is damaged; left out without a disk. */
  check?(): Promise<boolean>;
  size(): Promise<number>;
  close(): Promise<void>;
}
