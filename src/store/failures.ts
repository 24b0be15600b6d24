// Errors of a store that cannot serve, as opposed to a write that lost a race (those stand in store.ts).
// Thrown by every engine; callers answer 500 or 503 and never retry blindly: the fate of such a write is unknown.

/** A commit failed: what is on disk is unknown until the store is opened anew, so every later write is refused. */
export class StoreFailedError extends Error {
  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
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

/** A record on disk does not have the bytes that were written. */
export class CorruptStoreError extends Error {}
