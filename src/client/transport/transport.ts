// The port by which requests reach an API server: over HTTPS, or directly to the handlers of one in this process.
// Both behave the same, so that clients and informers need not know which they have.

export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with leading slash, without the query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON bytes unless a content-type header says otherwise. */
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
}

export interface TransportResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** One event of a watch. In process the object is deeply frozen and shared by all watchers. */
export interface WatchFrame {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: unknown;
}

export interface Transport {
  /** Resolves with any response, failures included; rejects only when there is none (network) or on abort. */
  request(request: TransportRequest): Promise<TransportResponse>;
  /** A watch. Rejects with StatusError when it is refused; ends when the server ends it or the signal aborts. */
  watch(request: TransportRequest): Promise<AsyncIterable<WatchFrame>>;
}
