// The way of a browser on this machine to the dashboard: plain HTTP on loopback, so that no browser asks about the cluster's own
// certificate authority; from here on TLS, verified by the kubeconfig. It has no credentials: the browser's session says who it is.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { withoutHops } from '../../kit/http1/hops.ts';
import { refuseUpgrade, tunnelUpgrade } from '../../kit/http1/tunnel.ts';
import { DialError, startRequest } from '../../kit/http1/upgrade.ts';
import { messageOf } from '../../kit/message-of.ts';
import { addressOf, dialing, pathAt, type StreamTarget } from '../../kubectl/streams/target.ts';

export interface Relay {
  readonly port: number;
  close(): void;
}

const LOOPBACK = '127.0.0.1';

/** `port` 0 chooses a free one. */
export async function startRelay(target: StreamTarget, port: number): Promise<Relay> {
  const way = new Way(target);
  const server = createServer((request, response) => void way.answer(request, response));
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => void way.upgrade(request, socket, head));
  await listen(server, port);
  const chosen = (server.address() as AddressInfo).port;
  way.hosts = new Set([`${LOOPBACK}:${chosen}`, `localhost:${chosen}`]);
  return {
    port: chosen,
    close: () => {
      server.close();
      // Those that became WebSockets are no longer the server's.
      for (const socket of sockets) socket.destroy();
      way.close();
    },
  };
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      server.off('error', reject);
      resolve();
    });
  });

class Way {
  /** Under which names browsers of this machine may ask: no name of somebody else's that leads here. */
  hosts: ReadonlySet<string> = new Set();
  readonly #target: StreamTarget;
  /** A handshake for each file would take longer than the file. */
  readonly #agent: HttpsAgent | undefined;

  constructor(target: StreamTarget) {
    const { tls } = target;
    // Without the user's certificate and key.
    const { cert: _, key: __, ...verified } = tls ?? {};
    this.#target = { ...target, headers: {}, tls: tls && verified };
    this.#agent = tls && !target.proxy ? new HttpsAgent({ keepAlive: true, maxSockets: 64 }) : undefined;
  }

  close(): void {
    this.#agent?.destroy();
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refused = this.#refusal(request);
    if (refused) return void response.writeHead(refused.code, refused.headers).end(refused.text);
    try {
      const outgoing = startRequest({
        ...(await this.#dialed(request, false)),
        method: request.method ?? 'GET',
      });
      response.on('close', () => outgoing.destroy());
      const responded = new Promise<IncomingMessage>((resolve, reject) => {
        outgoing.on('response', resolve);
        outgoing.on('error', (error) =>
          reject(new DialError({ ...addressOf(this.#target), path: '' }, error)),
        );
      });
      const feeding = pipeline(request, outgoing).catch(() => outgoing.destroy());
      const incoming = await responded;
      response.writeHead(incoming.statusCode ?? 502, withoutHops(incoming.rawHeaders, false));
      await pipeline(incoming, response);
      await feeding;
    } catch (error) {
      if (response.headersSent) response.destroy();
      else
        response.writeHead(502, { 'content-type': 'text/plain; charset=utf-8' }).end(`${messageOf(error)}\n`);
    }
  }

  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const refused = this.#refusal(request);
    if (refused) return refuseUpgrade(socket, refused.code, refused.text);
    try {
      const { agent: _, ...dialed } = await this.#dialed(request, true);
      await tunnelUpgrade({ request, socket, head }, dialed);
    } catch (error) {
      refuseUpgrade(socket, 502, `${messageOf(error)}\n`);
    }
  }

  #refusal({ url = '', headers }: IncomingMessage) {
    if (!this.hosts.has(headers.host ?? '')) return { code: 403, headers: {}, text: 'Forbidden\n' };
    if (url === '/') return { code: 302, headers: { location: '/dashboard/' }, text: '' };
    const isPage = url === '/dashboard' || url.startsWith('/dashboard/');
    return isPage && !url.includes('/../')
      ? undefined
      : { code: 404, headers: {}, text: '404 page not found\n' };
  }

  async #dialed({ rawHeaders, headers: { host }, url = '' }: IncomingMessage, upgrading: boolean) {
    const dialed = await dialing(this.#target);
    return {
      ...addressOf(this.#target),
      ...dialed,
      ...(this.#agent && { agent: this.#agent }),
      path: pathAt(this.#target, url),
      headers: ['Host', host!, 'X-Forwarded-Proto', 'http', ...withoutHops(rawHeaders, upgrading)],
    };
  }
}
