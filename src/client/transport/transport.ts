// How a request reaches an API server: over HTTPS, or straight into the handlers of one in this process.
// Both give the same answers; everything above (client.ts, informers) cannot tell which it has.

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

/** One frame of a watch: its type and the object, deeply frozen and shared between all who receive it in this process. */
export interface WatchFrame {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: unknown;
}

export interface Transport {
  /** Any answer resolves, errors included; rejects only when there is no answer (network) or on abort. */
  request(request: TransportRequest): Promise<TransportResponse>;
  /** A watch. Rejects with StatusError when it is refused; ends when the server ends it or the signal aborts. */
  watch(request: TransportRequest): Promise<AsyncIterable<WatchFrame>>;
}
