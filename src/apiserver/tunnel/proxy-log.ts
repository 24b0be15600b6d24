// GET pods/NAME/log: streams the kubelet's response; errors of the kubelet become Statuses with upstream's messages.
// Called by handlers/subresources/connect.ts and log-web-socket.ts. Upstream: GenericHttpResponseChecker in registry/generic/rest.
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { badRequest, failure, internalError, type StatusError } from '../../api/status/status-error.ts';
import { readUpTo } from '../../kit/http1/read-up-to.ts';
import { DialError, startRequest } from '../../kit/http1/upgrade.ts';
import type { ProxyCaller } from './caller.ts';
import type { ProxyTarget } from './exchange.ts';

/** Bytes of a kubelet's refusal that are read, as upstream (GenericHttpResponseChecker). */
const MAX_REFUSAL = 50_000;

/** Resolves when the response is complete. Rejects with a StatusError only if no response has been started. */
export async function proxyLog(caller: ProxyCaller, target: ProxyTarget, podName: string): Promise<void> {
  const response = await openLog(target, podName, (listener) => caller.onClose(listener));
  const out = caller.answer(200, { 'content-type': 'text/plain', 'cache-control': 'no-cache, private' });
  await pipeline(response, out).catch(() => {});
}

/** The kubelet's response with the log; rejects with a StatusError if it refuses. `onClose` calls its listener when the client
 *  has disconnected. */
export async function openLog(
  target: ProxyTarget,
  podName: string,
  onClose: (listener: () => void) => void,
): Promise<IncomingMessage> {
  const response = await get(target, onClose);
  const code = response.statusCode ?? 0;
  if (code >= 200 && code <= 206) return response;
  const { bytes } = await readUpTo(response, MAX_REFUSAL).catch(() => ({ bytes: Buffer.alloc(0) }));
  throw refusal(code, bytes.toString(), podName);
}

function get(target: ProxyTarget, onClose: (listener: () => void) => void): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = startRequest({ ...target, method: 'GET', headers: [] });
    request.on('response', resolve);
    request.on('error', (error) => {
      const { message } = new DialError(target, error);
      const scheme = target.tls ? 'https' : 'http';
      const url = `${scheme}://${target.host}:${target.port}${target.path}`;
      reject(failure(500, '', `Get "${url}": ${message}`, undefined, { cause: error }));
    });
    onClose(() => request.destroy());
    request.end();
  });
}

function refusal(code: number, body: string, podName: string): StatusError {
  if (code === 500) return internalError(body);
  if (code === 400) return badRequest(body);
  const details = { name: podName, kind: 'pods/log' };
  const about = `( pods/log ${podName})`;
  if (code === 404) {
    return failure(404, 'NotFound', `the server could not find the requested resource ${about}`, details);
  }
  if (code === 401) {
    const asked = `the server has asked for the client to provide credentials ${about}`;
    return failure(401, 'Unauthorized', asked, details);
  }
  if (code === 403) return failure(403, 'Forbidden', `${body} ${about}`, details);
  if (code === 422) {
    const rejected = `the server rejected our request due to an error in our request ${about}`;
    return failure(422, 'Invalid', rejected, details);
  }
  const quoted = JSON.stringify(body || 'unknown');
  const message = `an error on the server (${quoted}) has prevented the request from succeeding ${about}`;
  return failure(code, 'InternalError', message, details);
}
