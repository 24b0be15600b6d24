// Sends a caller's request, with its body, to another server. Called by proxy-request.ts and aggregation/forwarding.
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { KeptConnections } from '../../kit/http1/kept-connections.ts';
import { DialError, type HttpTarget, startRequest } from '../../kit/http1/upgrade.ts';
import type { ProxyCaller } from './caller.ts';

/** `path` is the other server's, without query for proxy-request.ts. */
export interface ProxyTarget extends HttpTarget {
  signal?: AbortSignal;
  /** Whose connections are used; the request has one of its own if they are left out. */
  kept?: KeptConnections;
}

/** `headers` are raw. Resolves with the response; rejects with a DialError. The request ends when the caller disconnects. */
export function exchange(
  caller: ProxyCaller,
  { kept, ...target }: ProxyTarget,
  headers: readonly string[],
): Promise<IncomingMessage> {
  const declared = headers.find((_, i) => i % 2 === 1 && headers[i - 1]!.toLowerCase() === 'content-length');
  const length = caller.hasBody ? ['Transfer-Encoding', 'chunked'] : ['Content-Length', '0'];
  const request = {
    ...target,
    method: caller.method,
    headers: [...headers, ...(declared === undefined ? length : [])],
  };
  const feed = (outgoing: ClientRequest) => feedFrom(caller, outgoing, declared);
  if (kept) return kept.send({ ...request, feed, once: caller.hasBody });
  return new Promise((resolve, reject) => {
    const outgoing = startRequest(request);
    outgoing.on('response', resolve);
    outgoing.on('error', (error) => reject(new DialError(target, error)));
    feed(outgoing);
  });
}

function feedFrom(caller: ProxyCaller, outgoing: ClientRequest, declared: string | undefined): void {
  caller.onClose(() => outgoing.destroy());
  caller.body.once('error', () => outgoing.destroy());
  let sent = 0;
  const finish = () => {
    // Otherwise the server would take the next request on this connection, somebody else's, for the rest of the body.
    if (declared !== undefined && Number(declared) !== sent)
      outgoing.destroy(new Error(`http: ContentLength=${declared} with Body length ${sent}`));
  };
  if (!caller.hasBody) {
    finish();
    return void outgoing.end();
  }
  caller.body.on('data', (part: Buffer) => {
    sent += part.length;
  });
  caller.body.once('end', finish);
  caller.body.pipe(outgoing);
}
