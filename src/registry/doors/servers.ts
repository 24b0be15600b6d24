// The two servers of the registry: plain HTTP for users of the machine, TLS with client certificates for nodes. Both take
// connections that somebody else has accepted.
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { SERVER_TLS } from '../../kit/tls.ts';
import { RegistryError } from '../errors.ts';
import { API_VERSION } from '../http/push.ts';
import { answerError, type RegistryOptions, serveRegistry } from '../http/serve.ts';
import { LIMITS } from '../limits.ts';
import type { UserDoor } from './user-door.ts';

export interface NodeTls {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** Signs the nodes' certificates, and nothing else. */
  readonly ca: string;
}

export interface RegistryServers {
  takeUser(socket: Socket): void;
  takeNode(socket: Socket): void;
  /** Requests that are being answered. */
  readonly busy: number;
  readonly connections: number;
  close(): void;
}

export interface ServersOptions extends RegistryOptions {
  readonly door: UserDoor;
  readonly tls?: NodeTls;
}

const TIMES = {
  headersTimeout: LIMITS.headers,
  // An upload may take hours; it may not be silent.
  requestTimeout: 0,
  keepAliveTimeout: LIMITS.connectionIdle,
};

export function registryServers({ door, tls, ...options }: ServersOptions): RegistryServers {
  let busy = 0;
  const sockets = new Set<Socket>();
  const count = (response: http.ServerResponse) => {
    busy++;
    response.once('close', () => busy--);
  };
  const users = http.createServer(TIMES, async (request, response) => {
    count(response);
    try {
      await door.admit(request);
    } catch (error) {
      if (error instanceof RegistryError && error.status === 401)
        response.setHeader('WWW-Authenticate', 'Basic realm="tiphys registry"');
      return answerError(options.log, request, response, error);
    }
    for (const [name, value] of Object.entries(API_VERSION)) response.setHeader(name, value);
    await serveRegistry(options, 'user', request, response);
  });
  const nodes =
    tls &&
    https.createServer(
      {
        ...TIMES,
        ...SERVER_TLS,
        ...tls,
        requestCert: true,
        rejectUnauthorized: true,
        handshakeTimeout: LIMITS.headers,
      },
      async (request, response) => {
        count(response);
        await serveRegistry(options, 'node', request, response);
      },
    );
  for (const server of [users, nodes])
    server?.setTimeout(LIMITS.connectionIdle, (socket) => socket.destroy());
  const take = (server: http.Server | undefined, socket: Socket) => {
    if (!server || sockets.size >= LIMITS.connections) return void socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Whoever breaks a connection off is no fault of ours.
    socket.on('error', () => {});
    server.emit('connection', socket);
    socket.resume();
  };
  return {
    takeUser: (socket) => take(users, socket),
    takeNode: (socket) => take(nodes, socket),
    get busy() {
      return busy;
    },
    get connections() {
      return sockets.size;
    },
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}
