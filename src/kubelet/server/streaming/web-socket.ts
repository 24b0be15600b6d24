// Accepts a WebSocket with one of the Kubernetes subprotocols.
import type { IncomingMessage } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { IncomingUpgrade } from '../../../kit/http1/tunnel.ts';

export function offeredProtocols(request: IncomingMessage): string[] {
  const header = request.headers['sec-websocket-protocol'] ?? '';
  return header
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

export const isWebSocket = (request: IncomingMessage) =>
  (request.headers.upgrade ?? '').toLowerCase() === 'websocket';

/**
 * Completes the handshake with `protocol`. The name is kept from `ws`, which refuses the slash in
 * SPDY/3.1+portforward.k8s.io (no HTTP token), and put into the answer by hand.
 */
export function acceptWebSocket(incoming: IncomingUpgrade, protocol: string): Promise<WebSocket> {
  const { request, socket, head } = incoming;
  delete request.headers['sec-websocket-protocol'];
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false });
  server.on('headers', (headers) => headers.push(`Sec-WebSocket-Protocol: ${protocol}`));
  return new Promise((resolve, reject) => {
    server.on('wsClientError', reject);
    server.handleUpgrade(request, socket, head, resolve);
  });
}
