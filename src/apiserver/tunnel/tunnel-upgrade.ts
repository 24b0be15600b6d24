// Upgraded connections of exec, attach, portforward and proxy: tunnelled to the kubelet or backend byte for byte, without the
// caller's credentials. Called by handlers/subresources/connect.ts; refuseWithStatus() by http/https-server.ts.
import { failure, StatusError } from '../../api/status/status-error.ts';
import { type IncomingUpgrade, tunnelUpgrade as pass, refuseUpgrade } from '../../kit/http1/tunnel.ts';
import { DialError } from '../../kit/http1/upgrade.ts';
import { requestHeaders } from './headers.ts';
import type { ProxyTarget } from './proxy-request.ts';

export type { IncomingUpgrade } from '../../kit/http1/tunnel.ts';

/**
 * Resolves when the connection is closed. Rejects with a StatusError, before any response, if the target cannot be reached.
 * `target.path` contains path and query.
 */
export async function tunnelUpgrade(incoming: IncomingUpgrade, target: ProxyTarget): Promise<void> {
  const { request } = incoming;
  const host = request.headers.host;
  const headers = requestHeaders(request.rawHeaders, request.socket.remoteAddress, true);
  try {
    await pass(incoming, { ...target, headers: host ? ['Host', host, ...headers] : headers });
  } catch (error) {
    if (!(error instanceof DialError)) throw error;
    throw failure(500, '', `error dialing backend: ${error.message}`, undefined, { cause: error });
  }
}

/** Sends the error's Status as the response to a failed upgrade request. */
export function refuseWithStatus(incoming: IncomingUpgrade, error: unknown): void {
  const known = error instanceof StatusError ? error : failure(500, '', String(error));
  refuseUpgrade(incoming.socket, known.code, `${JSON.stringify(known.status)}\n`, 'application/json');
}
