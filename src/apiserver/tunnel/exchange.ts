// Sends a caller's request, with its body, to another server. Called by proxy-request.ts and aggregation/forwarding.
import type { IncomingMessage } from 'node:http';
import { DialError, type HttpTarget, startRequest } from '../../kit/http1/upgrade.ts';
import type { ProxyCaller } from './caller.ts';

/** `path` is the other server's, without query for proxy-request.ts. */
export interface ProxyTarget extends HttpTarget {
  signal?: AbortSignal;
}

/** `headers` are raw. Resolves with the response; rejects with a DialError. The request ends when the caller disconnects. */
export function exchange(
  caller: ProxyCaller,
  target: ProxyTarget,
  headers: readonly string[],
): Promise<IncomingMessage> {
  const hasLength = headers.some((name, i) => i % 2 === 0 && name.toLowerCase() === 'content-length');
  const length = caller.hasBody ? ['Transfer-Encoding', 'chunked'] : ['Content-Length', '0'];
  return new Promise((resolve, reject) => {
    const request = startRequest({
      ...target,
      method: caller.method,
      headers: [...headers, ...(hasLength ? [] : length)],
    });
    request.on('response', resolve);
    request.on('error', (error) => reject(new DialError(target, error)));
    caller.onClose(() => request.destroy());
    caller.body.once('error', () => request.destroy());
    caller.body.pipe(request);
  });
}
