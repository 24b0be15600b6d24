// Forwards local connections to a pod: a stream for the bytes and one for errors for each, over one connection to the API server.
// Called by command.ts.
import { createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { addAll } from '../../../kit/lists.ts';
import { hostPort } from '../../../kit/net/host-port.ts';
import type { SpdyConnection } from '../../../kit/spdy/connection.ts';
import type { ListenAddress } from './addresses.ts';
import type { ForwardedPort } from './ports.ts';

export interface Forwarding {
  readonly connection: SpdyConnection;
  readonly ports: readonly ForwardedPort[];
  readonly addresses: readonly ListenAddress[];
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Resolves when the signal aborts; rejects when nothing can be listened on or the connection to the pod is lost. */
export async function forwardPorts(forwarding: Forwarding): Promise<void> {
  const { connection, ports, signal, err } = forwarding;
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  const forward = forwarder(forwarding, sockets);
  try {
    let listening = 0;
    for (const port of ports) {
      try {
        addAll(servers, await listenOn(port, forwarding, forward));
        listening++;
      } catch (error) {
        err(`Unable to listen on port ${port.local}: ${(error as Error).message}\n`);
      }
    }
    if (listening === 0) {
      const shown = ports.map(({ local, remote }) => `{${local} ${remote}}`).join(' ');
      throw new Error(`unable to listen on any of the requested ports: [${shown}]`);
    }
    const stopped = new Promise<'stopped'>((resolve) => {
      if (signal.aborted) resolve('stopped');
      signal.addEventListener('abort', () => resolve('stopped'), { once: true });
    });
    if ((await Promise.race([stopped, connection.closed])) !== 'stopped')
      throw new Error('lost connection to pod');
  } finally {
    for (const server of servers) server.close();
    for (const socket of sockets) socket.destroy();
    connection.close();
  }
}

type Forward = (socket: Socket, local: number, remote: number) => void;

/** Listens on all addresses, on the same port. Throws if none of `localhost`, or not every other one, can be bound. */
async function listenOn(
  { local, remote }: ForwardedPort,
  { addresses, out }: Forwarding,
  forward: Forward,
): Promise<Server[]> {
  const servers: Server[] = [];
  const failures: { readonly message: string; readonly required: boolean }[] = [];
  let port = local;
  for (const { address, required } of addresses) {
    const server = createServer({ allowHalfOpen: true }, (socket) => forward(socket, port, remote));
    try {
      port = await bound(server, address, port);
      servers.push(server);
      out(`Forwarding from ${hostPort(address, port)} -> ${remote}\n`);
    } catch (error) {
      const message = `unable to create listener: Error listen ${address.includes(':') ? 'tcp6' : 'tcp4'} ${hostPort(address, port)}: bind: ${reason(error)}`;
      failures.push({ message, required });
    }
  }
  const optional = addresses.filter(({ required }) => !required).length;
  const optionalFailed = failures.filter(({ required }) => !required).length;
  const failed = failures.some(({ required }) => required) || (optional > 0 && optional === optionalFailed);
  if (!failed) return servers;
  for (const server of servers) server.close();
  throw new Error(
    `Listeners failed to create with the following errors: [${failures.map(({ message }) => message).join(' ')}]`,
  );
}

function bound(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, ipv6Only: host.includes(':') }, () => {
      server.off('error', reject);
      server.on('error', () => {});
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'address already in use',
  EADDRNOTAVAIL: 'cannot assign requested address',
  EACCES: 'permission denied',
  EAFNOSUPPORT: 'address family not supported by protocol',
};

const reason = (error: unknown): string => {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? message;
};

function forwarder({ connection, out, err }: Forwarding, sockets: Set<Socket>): Forward {
  let requests = 0;
  return (socket, local, remote) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    if (!connection.open) return void socket.destroy();
    out(`Handling connection for ${local}\n`);
    const requestid = String(requests++);
    const headers = { port: String(remote), requestid };
    const errors = connection.createStream({ streamtype: 'error', ...headers });
    errors.end();
    const data = connection.createStream({ streamtype: 'data', ...headers });
    socket.pipe(data);
    data.pipe(socket, { end: false });
    // When the pod has sent everything, nothing more of the client is wanted.
    data.once('end', () => socket.destroySoon());
    socket.once('close', () => data.destroy());
    void text(errors).then(
      (message) => {
        if (!message) return;
        err(`E an error occurred forwarding ${local} -> ${remote}: ${message}\n`);
        // As kubectl since v1.29: the pod may not serve any more, and the user shall notice.
        connection.destroy(new Error(message));
      },
      () => {},
    );
  };
}
