// Ports of this machine that lead to the project's pods, whichever run at the time of a connection. Called by session.ts.
import { createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { UserError } from '../../../cluster/progress.ts';
import type { SpdyConnection } from '../../../kit/spdy/connection.ts';
import { podPath } from '../../../kubectl/pods/first-pod.ts';
import type { Session } from '../../../kubectl/session/session.ts';
import { dialPortTunnel } from '../../../kubectl/streams/port-tunnel.ts';

export interface PortWish {
  /** 0: any that is free. */
  readonly local: number;
  readonly remote: number;
}

export interface PodName {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface ForwardOptions {
  readonly session: Session;
  readonly wish: PortWish;
  /** The pod for a connection of now; undefined when none is ready. */
  readonly pod: () => PodName | undefined;
  readonly onError: (text: string) => void;
}

/** [LOCAL:]PORT. */
export function portWish(word: string): PortWish {
  const found = /^(?:(\d{1,5}):)?(\d{1,5})$/.exec(word);
  const [local, remote] = [Number(found?.[1] ?? found?.[2]), Number(found?.[2])];
  if (!found || local > 65535 || remote > 65535 || remote === 0)
    throw new UserError(`${word}: give a port as PORT or LOCAL:PORT`);
  return { local, remote };
}

/** Connections at a time. */
const MOST_CONNECTIONS = 256;

export class PortForward {
  readonly #options: ForwardOptions;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #tunnel: { readonly uid: string; readonly connection: Promise<SpdyConnection> } | undefined;
  readonly #connections = new Set<SpdyConnection>();
  #requests = 0;

  constructor(options: ForwardOptions) {
    this.#options = options;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => void this.#serve(socket));
    this.#server.maxConnections = MOST_CONNECTIONS;
  }

  /** The port; another one than wished for when that is taken. */
  async listen(): Promise<number> {
    const { local } = this.#options.wish;
    const port = await bound(this.#server, local).catch((error: NodeJS.ErrnoException) => {
      if (local === 0 || (error.code !== 'EADDRINUSE' && error.code !== 'EACCES')) throw error;
      return bound(this.#server, 0);
    });
    return port;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    for (const connection of this.#connections) connection.close();
  }

  async #serve(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
    const { pod, wish, onError } = this.#options;
    const target = pod();
    if (!target) return void socket.destroy();
    try {
      const connection = await this.#connection(target);
      const headers = { port: String(wish.remote), requestid: String(this.#requests++) };
      const errors = connection.createStream({ streamtype: 'error', ...headers });
      errors.end();
      const data = connection.createStream({ streamtype: 'data', ...headers });
      data.on('error', () => socket.destroy());
      socket.pipe(data);
      data.pipe(socket, { end: false });
      data.once('end', () => socket.destroySoon());
      socket.once('close', () => data.destroy());
      const failure = await text(errors).catch(() => '');
      if (failure) onError(`port ${wish.remote} of ${target.name}: ${failure.trim()}`);
    } catch (error) {
      onError(`port ${wish.remote} of ${target.name}: ${(error as Error).message}`);
      socket.destroy();
    }
  }

  async #connection(pod: PodName): Promise<SpdyConnection> {
    // Connections over a tunnel to an older pod go on until that pod ends.
    if (this.#tunnel?.uid === pod.uid) {
      const known = await this.#tunnel.connection.catch(() => undefined);
      if (known?.open) return known;
    }
    const connection = this.#dial(pod);
    this.#tunnel = { uid: pod.uid, connection };
    return connection;
  }

  async #dial({ namespace, name }: PodName): Promise<SpdyConnection> {
    const target = await this.#options.session.streamTarget();
    const connection = await dialPortTunnel(target, podPath(namespace, name, 'portforward'));
    this.#connections.add(connection);
    void connection.closed.then(() => this.#connections.delete(connection));
    return connection;
  }
}

const bound = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => {
      server.off('error', reject);
      server.on('error', () => {});
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
