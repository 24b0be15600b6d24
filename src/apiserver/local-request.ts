// Requests of callers in the same process, and their answers. Used by in-process.ts.
import type { WatchEvent } from './watch-cache/change.ts';

export interface LocalRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
}

export interface LocalUser {
  readonly name: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  /** Where its connection would come from, if that is to be known. */
  readonly address?: string;
}

export interface LocalResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface LocalFrame {
  readonly type: WatchEvent['type'];
  readonly object: unknown;
}
