// A SPDY/3.1 connection to the API server by an HTTP/1.1 Upgrade, for servers and proxies that refuse WebSockets. Called by
// remote-command.ts and port-tunnel.ts.
import { requestUpgrade } from '../../kit/http1/upgrade.ts';
import { SpdyConnection } from '../../kit/spdy/connection.ts';
import { refusalOf } from './refusal.ts';
import { addressOf, dialing, pathAt, rawHeaders, type StreamTarget } from './target.ts';

/** Rejects with a RefusedUpgrade if the server answers otherwise, and with a DialError if there is no answer. */
export async function dialSpdyAt(
  target: StreamTarget,
  path: string,
  query: URLSearchParams,
  protocol: string,
): Promise<SpdyConnection> {
  const answer = await requestUpgrade({
    ...addressOf(target),
    ...(await dialing(target)),
    path: pathAt(target, path, query),
    method: 'POST',
    headers: [
      ...rawHeaders(target),
      ...['Connection', 'Upgrade', 'Upgrade', 'SPDY/3.1', 'X-Stream-Protocol-Version', protocol],
    ],
  });
  if (!answer.upgraded) throw await refusalOf(answer.response, 'unable to upgrade connection');
  const chosen = answer.response.headers['x-stream-protocol-version'];
  if (chosen !== protocol) {
    answer.socket.destroy();
    throw new Error(
      `unable to negotiate protocol: client supports ["${protocol}"], server accepted ${JSON.stringify(chosen ?? '')}`,
    );
  }
  return new SpdyConnection(answer.socket, { role: 'client', head: answer.head });
}
