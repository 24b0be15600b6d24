// The server's side of a WebSocket: the handshake with one of several subprotocols. Called by the kubelet's server and by the
// API server.
import type { IncomingMessage } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { IncomingUpgrade } from './tunnel.ts';

export function offeredProtocols(request: IncomingMessage): string[] {
  const header = request.headers['sec-websocket-protocol'] ?? '';
  return header
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

export const isWebSocket = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean =>
  (headers.upgrade ?? '').toLowerCase() === 'websocket';

/** Bytes of a message, as in upstream's golang.org/x/net/websocket; a longer one ends the connection. */
const MAX_MESSAGE = 32 * 1024 * 1024;

/**
 * Completes the handshake with `protocol`, or without a subprotocol if it is empty. Rejects, with nothing sent, if the request is
 * no proper handshake. The name is kept from `ws`, which refuses
 * the slash in SPDY/3.1+portforward.k8s.io (no HTTP token), and put into the answer by hand.
 */
export function acceptWebSocket(
  incoming: IncomingUpgrade,
  protocol: string,
  maxMessage = MAX_MESSAGE,
): Promise<WebSocket> {
  const { request, socket, head } = incoming;
  delete request.headers['sec-websocket-protocol'];
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessage,
    perMessageDeflate: false,
    clientTracking: false,
  });
  if (protocol) server.on('headers', (headers) => headers.push(`Sec-WebSocket-Protocol: ${protocol}`));
  return new Promise((resolve, reject) => {
    server.on('wsClientError', reject);
    socket.once('close', () => reject(new Error('the client has disconnected')));
    server.handleUpgrade(request, socket, head, resolve);
  });
}
