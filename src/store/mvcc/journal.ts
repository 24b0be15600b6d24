// The port to what makes writes last. MvccStore calls append() only when the previous one has ended,
// with everything that queued up meanwhile: that is the group commit.
import type { Write } from './write.ts';

export interface Journal {
  /** Makes the writes durable, all or none, then calls `ended`, with an error when their fate is unknown. */
  append(writes: readonly Write[], ended: (error?: Error) => void): void;
  /** Calls `flush` once the writes of this turn of the event loop are in, or at once. */
  gather(flush: () => void): void;
  /** Forgets old versions and deletions, and notes that revisions below `compacted` are gone. */
  forget(compacted: number, revisions: readonly number[]): Promise<void>;
  /** Gives back the room of what was forgotten, in bounded steps. */
  shrink(): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}
