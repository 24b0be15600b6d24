// DNS over UDP on one address.
import dgram, { type RemoteInfo } from 'node:dgram';
import { MOST_UDP } from '../message/opt.ts';
import type { Query } from '../message/query.ts';
import { PLAIN_UDP } from './limits.ts';
import { type DnsServerOptions, type Endpoint, familyOf } from './options.ts';
import { responder } from './respond.ts';

/** Bytes that the kernel keeps while the process is busy with something else: some thousand queries. */
const RECEIVE_BUFFER = 1024 * 1024;

export async function serveUdp(
  { address, port }: Endpoint,
  options: DnsServerOptions,
): Promise<{ close(): Promise<void> }> {
  const family = familyOf(address);
  const socket = dgram.createSocket({
    type: family === 2 ? 'udp6' : 'udp4',
    ipv6Only: family === 2,
    recvBufferSize: RECEIVE_BUFFER,
    // Addresses of clients are no names: without this, each response waits for a turn of the event loop.
    lookup: (host, _options, done) => done(null, host, family === 2 ? 6 : 4),
  });
  const respond = responder(options, { proto: 'udp', family, limit: udpLimit });

  const send = (response: Buffer, { port, address }: RemoteInfo) => {
    // What cannot be sent at once is lost, as any datagram may be.
    if (port !== 0) socket.send(response, 0, response.length, port, address);
  };
  socket.on('message', (message, from) => {
    const response = respond(message, from.address);
    if (response instanceof Promise) void response.then((settled) => send(settled, from));
    else if (response) send(response, from);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, resolve);
  });
  socket.removeAllListeners('error');
  socket.on('error', (error) => options.log.warn('dns socket', { error }));
  return { close: () => new Promise((resolve) => socket.close(() => resolve())) };
}

function udpLimit({ size }: Query): number {
  return Math.min(MOST_UDP, Math.max(PLAIN_UDP, size));
}
