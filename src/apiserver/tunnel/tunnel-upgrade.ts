// Upgraded connections of exec, attach, portforward and proxy: tunnelled to the kubelet or backend byte for byte, without the
// caller's credentials. Called by handlers/subresources/connect.ts; refuseWithStatus() by http/https-server.ts.
import { failure, internalError, StatusError } from '../../api/status/status-error.ts';
import {
  type IncomingUpgrade,
  InvalidUpgradeError,
  tunnelUpgrade as pass,
  refuseUpgrade,
} from '../../kit/http1/tunnel.ts';
import { DialError } from '../../kit/http1/upgrade.ts';
import type { ProxyTarget } from './exchange.ts';
import { requestHeaders } from './headers.ts';

export type { IncomingUpgrade } from '../../kit/http1/tunnel.ts';

/**
 * Resolves when the connection is closed. Rejects with a StatusError, before any response, if the target cannot be reached.
 * `target.path` contains path and query; `headers` are raw, those of the caller by default.
 */
export async function tunnelUpgrade(
  incoming: IncomingUpgrade,
  target: ProxyTarget,
  headers: readonly string[] = ofCaller(incoming.request),
): Promise<void> {
  try {
    await pass(incoming, { ...target, headers });
  } catch (error) {
    if (error instanceof InvalidUpgradeError)
      throw failure(500, '', error.message, undefined, { cause: error });
    if (!(error instanceof DialError)) throw error;
    throw failure(500, '', `error dialing backend: ${error.message}`, undefined, { cause: error });
  }
}

function ofCaller({ headers: { host }, rawHeaders, socket }: IncomingUpgrade['request']): string[] {
  const headers = requestHeaders(rawHeaders, socket.remoteAddress, true);
  return host ? ['Host', host, ...headers] : headers;
}

/** Sends the error's Status as the response to a failed upgrade request. */
export function refuseWithStatus(incoming: IncomingUpgrade, error: unknown): void {
  const known = error instanceof StatusError ? error : internalError(error);
  refuseUpgrade(incoming.socket, known.code, `${JSON.stringify(known.status)}\n`, 'application/json');
}
