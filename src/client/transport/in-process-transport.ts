// Requests directly to the handlers of an API server in this process: the same authorization and admission as over
// HTTPS, but no sockets, and watch frames are the server's own frozen objects.
import type { Transport, TransportRequest, TransportResponse, WatchFrame } from './transport.ts';

/** The user that authentication would have established. */
export interface InProcessUser {
  readonly name: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  /** Where its connection would come from, if that is to be known. */
  readonly address?: string;
}

/** Implemented by the API server for callers in its own process. */
export interface InProcessHandler {
  request(request: TransportRequest, user: InProcessUser): Promise<TransportResponse>;
  watch(request: TransportRequest, user: InProcessUser): Promise<AsyncIterable<WatchFrame>>;
}

export function inProcessTransport(handler: InProcessHandler, user: InProcessUser): Transport {
  return {
    request: (request) => handler.request(request, user),
    watch: (request) => handler.watch(request, user),
  };
}
