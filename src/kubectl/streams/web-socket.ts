// The client's side of a WebSocket to the API server, with one subprotocol. Called by remote-command.ts and port-tunnel.ts.
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { DialError } from '../../kit/http1/upgrade.ts';
import { RefusedUpgrade, refusalOf } from './refusal.ts';
import { addressOf, dialing, pathAt, type StreamTarget } from './target.ts';

/** Milliseconds for the connection, TLS and the handshake, as gorilla's dialer and Go's transport allow. */
const HANDSHAKE_MS = 45_000;
/** Bytes of a message; servers send 32 KiB. */
const MAX_MESSAGE = 32 * 1024 * 1024;

/**
 * Rejects with a RefusedUpgrade if the server answers otherwise or with another protocol, and with a DialError if there is no
 * answer. `ws` refuses a subprotocol with a slash (SPDY/3.1+portforward.k8s.io is no HTTP token), so the header is set and
 * compared here, and taken from the answer before `ws` sees it.
 */
export async function dialWebSocket(
  target: StreamTarget,
  path: string,
  query: URLSearchParams,
  protocol: string,
): Promise<WebSocket> {
  const { host, port } = addressOf(target);
  const { tls, agent } = await dialing(target);
  const url = new URL(pathAt(target, path, query), target.server);
  url.protocol = tls ? 'wss:' : 'ws:';
  url.port = String(port);
  const { ca, ...rest } = tls ?? {};
  const socket = new WebSocket(url, [], {
    headers: { ...(target.headers as Record<string, string>), 'Sec-WebSocket-Protocol': protocol },
    ...rest,
    ...(ca && { ca: ca as string }),
    ...(agent && { agent }),
    perMessageDeflate: false,
    handshakeTimeout: HANDSHAKE_MS,
    maxPayload: MAX_MESSAGE,
    followRedirects: false,
  });
  return await new Promise((resolve, reject) => {
    let chosen: string | undefined;
    socket.on('upgrade', (response) => {
      chosen = response.headers['sec-websocket-protocol'];
      delete response.headers['sec-websocket-protocol'];
    });
    socket.on('unexpected-response', (_request, response: IncomingMessage) => {
      void refusalOf(response, 'websocket: bad handshake').then((refused) => {
        reject(refused);
        socket.terminate();
      });
    });
    socket.on('error', (error) => reject(new DialError({ host, port, path }, error)));
    socket.once('open', () => {
      // Messages that come with the handshake must find their reader.
      socket.pause();
      if (chosen === protocol) return resolve(socket);
      socket.terminate();
      const got = JSON.stringify(chosen ?? '');
      reject(new RefusedUpgrade(`invalid protocol, expected one of ["${protocol}"], got ${got}`));
    });
  });
}
