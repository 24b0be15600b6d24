// The port to what makes writes durable. MvccStore calls append() only when the previous call has ended, with all writes that
// queued up meanwhile (group commit).
import type { Write } from './write.ts';

export interface Journal {
  /** Makes the writes durable, all or none, then calls `ended`; with an error when it is unknown whether they are. */
  append(writes: readonly Write[], ended: (error?: Error) => void): void;
  /** Calls `flush` after the writes of this turn of the event loop, or at once. */
  gather(flush: () => void): void;
  /** Deletes old versions and deletion records, and records that revisions below `compacted` are gone. */
  forget(compacted: number, revisions: readonly number[]): Promise<void>;
  /** Frees the space of what was deleted, in bounded steps. */
  shrink(): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}
