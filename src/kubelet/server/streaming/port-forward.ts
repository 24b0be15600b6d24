// port-forward: SPDY, directly or tunnelled in a WebSocket, is passed to the runtime byte for byte; so is the old
// WebSocket protocol with ports in the query.
import { createWebSocketStream } from 'ws';
import { splice } from '../../../kit/http1/splice.ts';
import { type IncomingUpgrade, relayRefusal } from '../../../kit/http1/tunnel.ts';
import { requestUpgrade } from '../../../kit/http1/upgrade.ts';
import { acceptWebSocket } from '../../../kit/http1/web-socket.ts';

const TUNNEL_PREFIX = 'SPDY/3.1+';

/** The subprotocol that means SPDY inside binary messages, if the client offers it. */
export const tunnelProtocol = (offered: readonly string[]) =>
  offered.find((name) => name.startsWith(TUNNEL_PREFIX));

/** Asks the runtime first, so that its refusal still reaches the client as an HTTP answer. */
export async function tunnelPortForward(
  incoming: IncomingUpgrade,
  protocol: string,
  runtimeUrl: string,
): Promise<void> {
  const url = new URL(runtimeUrl);
  const answer = await requestUpgrade({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 80),
    path: `${url.pathname}${url.search}`,
    method: 'POST',
    headers: [
      ...['Connection', 'Upgrade', 'Upgrade', 'SPDY/3.1', 'Content-Length', '0'],
      ...['X-Stream-Protocol-Version', protocol.slice(TUNNEL_PREFIX.length)],
    ],
  });
  if (!answer.upgraded) return relayRefusal(answer.response, incoming.socket);
  const client = createWebSocketStream(await acceptWebSocket(incoming, protocol));
  await splice(client, answer.socket, { fromBackend: answer.head });
}
