// DNS over TCP on one address (RFC 7766): queries of one connection may overtake one another, and are read no faster than the client
// reads the responses.
import net from 'node:net';
import { MAX_QUERY } from '../message/query.ts';
import {
  MOST_CONNECTIONS,
  MOST_CONNECTIONS_OF_ONE,
  MOST_PIPELINED,
  MOST_TCP,
  TCP_IDLE_MS,
} from './limits.ts';
import { type DnsServerOptions, type Endpoint, familyOf } from './options.ts';
import { type Respond, responder } from './respond.ts';

export async function serveTcp(
  { address, port }: Endpoint,
  options: DnsServerOptions,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const connections = new Set<net.Socket>();
  const respond = responder(options, { proto: 'tcp', family: familyOf(address), limit: () => MOST_TCP });
  const server = net.createServer((socket) => {
    makeRoom(connections, socket.remoteAddress);
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    socket.on('error', () => {});
    serve(socket, respond);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: address, ipv6Only: net.isIPv6(address) }, resolve);
  });
  server.removeAllListeners('error');
  server.on('error', (error) => options.log.warn('dns listener', { error }));
  return {
    port: (server.address() as net.AddressInfo).port,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
}

/** The oldest of the client's connections goes when it has many, the oldest of all when there are many. */
function makeRoom(connections: ReadonlySet<net.Socket>, client: string | undefined): void {
  const own = [...connections].filter(({ remoteAddress }) => remoteAddress === client);
  if (own.length >= MOST_CONNECTIONS_OF_ONE) own[0]!.destroy();
  else if (connections.size >= MOST_CONNECTIONS)
    for (const oldest of connections) return void oldest.destroy();
}

function serve(socket: net.Socket, respond: Respond): void {
  const client = socket.remoteAddress ?? '';
  const messages = new Messages();
  let waiting = 0;
  socket.setTimeout(TCP_IDLE_MS, () => socket.destroy());

  const isFull = () => waiting >= MOST_PIPELINED || socket.writableNeedDrain;
  const write = (response: Buffer) => {
    if (socket.destroyed) return;
    const framed = Buffer.allocUnsafe(2 + response.length);
    framed.writeUInt16BE(response.length);
    response.copy(framed, 2);
    socket.write(framed);
  };
  const work = () => {
    while (!isFull() && !socket.destroyed) {
      const message = messages.next();
      if (message === undefined) return void socket.resume();
      const response = message && respond(message, client);
      // Too long, or nothing that gets a response.
      if (!response) return void socket.destroy();
      if (response instanceof Promise) void later(response);
      else write(response);
    }
    socket.pause();
  };
  const later = async (response: Promise<Buffer>) => {
    waiting++;
    write(await response);
    waiting--;
    work();
  };
  socket.on('data', (chunk: Buffer) => {
    messages.add(chunk);
    work();
  });
  socket.on('drain', work);
}

/** Messages out of a stream, each behind its length. */
class Messages {
  #bytes: Buffer = Buffer.alloc(0);

  add(chunk: Buffer): void {
    this.#bytes = this.#bytes.length ? Buffer.concat([this.#bytes, chunk]) : chunk;
  }

  /** Undefined when none is complete; null when the next one is too long. */
  next(): Buffer | undefined | null {
    if (this.#bytes.length < 2) return undefined;
    const length = this.#bytes.readUInt16BE(0);
    if (length > MAX_QUERY) return null;
    if (this.#bytes.length < 2 + length) return undefined;
    const message = this.#bytes.subarray(2, 2 + length);
    this.#bytes = this.#bytes.subarray(2 + length);
    return message;
  }
}
