// The SPDY connection that port-forward opens its streams on: inside a WebSocket, or directly where the server refuses that.
import { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { SpdyConnection } from '../../kit/spdy/connection.ts';
import { asBuffer } from './messages.ts';
import { RefusedUpgrade } from './refusal.ts';
import type { StreamTarget } from './target.ts';

const PORT_FORWARD = 'portforward.k8s.io';
const TUNNELLED = `SPDY/3.1+${PORT_FORWARD}`;

export async function dialPortTunnel(
  target: StreamTarget,
  path: string,
  options: { webSockets?: boolean } = {},
): Promise<SpdyConnection> {
  const none = new URLSearchParams();
  if (options.webSockets !== false) {
    const { dialWebSocket } = await import('./web-socket.ts');
    try {
      const socket = await dialWebSocket(target, path, none, TUNNELLED);
      return new SpdyConnection(bytesOf(socket), { role: 'client' });
    } catch (error) {
      if (!(error instanceof RefusedUpgrade)) throw error;
    }
  }
  const { dialSpdyAt } = await import('./spdy.ts');
  return await dialSpdyAt(target, path, none, PORT_FORWARD).catch((error: unknown) => {
    throw error instanceof RefusedUpgrade && error.status ? error.status : error;
  });
}

/** The bytes of binary messages as one stream, with back-pressure both ways. */
function bytesOf(socket: WebSocket): Duplex {
  const stream = new Duplex({
    read: () => socket.resume(),
    write: (chunk: Buffer, _encoding, done) => socket.send(chunk, { binary: true }, () => done()),
    writev: (chunks, done) =>
      socket.send(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)), { binary: true }, () => done()),
    final: (done) => {
      socket.close(1000);
      done();
    },
    destroy: (error, done) => {
      socket.terminate();
      done(error);
    },
  });
  socket.on('message', (data) => {
    if (!stream.push(asBuffer(data))) socket.pause();
  });
  socket.on('error', (error) => stream.destroy(error));
  socket.on('close', () => {
    stream.push(null);
    stream.end();
  });
  return stream;
}
