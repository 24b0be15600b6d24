// Requests straight into the handlers of an API server in this process: the same authentication, authorization and
// admission as over the wire, but no sockets, and watch frames are the server's own frozen objects.
import type { Transport, TransportRequest, TransportResponse, WatchFrame } from './transport.ts';

/** Who is asking, as authentication would have found out. */
export interface InProcessUser {
  readonly name: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
}

/** What an API server offers to callers in its own process. */
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
