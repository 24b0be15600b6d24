// Errors of a store that cannot serve (errors of a write that lost a race are in store.ts). Thrown by every engine.
// Callers answer 500 or 503 and, but for DiskAlarmError, must not retry blindly: whether such a write is durable is unknown.
import { messageOf } from '../kit/message-of.ts';

/** A commit failed: what is on disk is unknown until the store is reopened, so every later write is refused. */
export class StoreFailedError extends Error {
  constructor(cause: unknown) {
    const reason = messageOf(cause);
    super(`the store refuses writes after a failed commit: ${reason}`, { cause });
  }
}

export type AlarmKind =
  /** No room on the disk, or the quota is used up. Reads, deletions and compaction go on. */
  | 'NOSPACE'
  /** The file system has become read-only. Reads go on. */
  | 'READONLY';

/** As etcd words it (api/v3rpc/rpctypes/error.go); etcd has no words for a read-only disk. */
const ALARMS: Record<AlarmKind, string> = {
  NOSPACE: 'etcdserver: mvcc: database space exceeded',
  READONLY: 'the store cannot write: its file system is read-only',
};

/** The disk does not take the write. It was not made; the store goes on, and takes writes again when the disk does. */
export class DiskAlarmError extends Error {
  readonly kind: AlarmKind;

  constructor(kind: AlarmKind, cause?: unknown) {
    super(ALARMS[kind], { cause });
    this.kind = kind;
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

/** A distributed engine refused a request, or did not answer it; the message is in the engine's words. Whether a write that failed
 *  so was made is unknown, unless the words say it. */
export class EngineError extends Error {}

/** No answer in time. In the words of Go's contexts, which kube-apiserver passes on. */
export class EngineTimeoutError extends EngineError {
  constructor(cause?: unknown) {
    super('context deadline exceeded', { cause });
  }
}
