// Errors of a store that cannot serve (errors of a write that lost a race are in store.ts). Thrown by every engine.
// Callers answer 500 or 503 and must not retry blindly: whether such a write is durable is unknown.
import { messageOf } from '../kit/message-of.ts';

/** A commit failed: what is on disk is unknown until the store is reopened, so every later write is refused. */
export class StoreFailedError extends Error {
  constructor(cause: unknown) {
    const reason = messageOf(cause);
    super(`the store refuses writes after a failed commit: ${reason}`, { cause });
  }
}

export class StoreClosedError extends Error {
  constructor() {
    super('the store is closed');
  }
}

/** Another store, in this process or another, holds the data directory. */
export class StoreLockedError extends Error {
  constructor(directory: string) {
    super(`the data directory ${directory} is in use by another process`);
  }
}

/** The checksum of a record on disk does not match its bytes. */
export class CorruptStoreError extends Error {}
