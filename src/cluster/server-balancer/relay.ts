// Passes each connection to a loopback port on to the first server, of those in order, that takes it. Bytes pass as they are: TLS is
// between the client and the server.
import net from 'node:net';
import type { Clock } from '../../kit/clock.ts';
import { parseServer } from './addresses.ts';

export interface RelayOptions {
  readonly clock: Pick<Clock, 'after'>;
  /** Servers for a new connection, the best first. */
  readonly order: () => readonly string[];
  /** A server did not take a connection. */
  readonly onFailure: (server: string) => void;
}

/** A machine that is gone says nothing: the next server is tried. */
const DIAL_MS = 1_000;

export class Relay {
  readonly #options: RelayOptions;
  readonly #server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) =>
    this.#serve(socket),
  );
  /** By server. */
  readonly #pairs = new Map<string, Set<() => void>>();
  readonly #clients = new Set<net.Socket>();

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  /** Port 0 chooses a free one. Resolves with the port. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.removeListener('error', reject);
        resolve((this.#server.address() as net.AddressInfo).port);
      });
    });
  }

  connections(server: string): number {
    return this.#pairs.get(server)?.size ?? 0;
  }

  /** Clients of this server are reset, so that they connect again. */
  drop(server: string): void {
    for (const end of [...(this.#pairs.get(server) ?? [])]) end();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const client of this.#clients) client.destroy();
    await closed;
  }

  async #serve(client: net.Socket): Promise<void> {
    this.#clients.add(client);
    client.once('close', () => this.#clients.delete(client));
    client.on('error', () => {});
    for (const server of this.#options.order()) {
      const upstream = await this.#dial(server);
      if (client.destroyed) return void upstream?.destroy();
      if (upstream) return this.#join(client, upstream, server);
      this.#options.onFailure(server);
    }
    client.resetAndDestroy();
  }

  #dial(server: string): Promise<net.Socket | undefined> {
    const address = parseServer(server);
    if (!address) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const socket = net.connect({ ...address, allowHalfOpen: true, noDelay: true });
      const fail = () => {
        timer.cancel();
        socket.destroy();
        resolve(undefined);
      };
      const timer = this.#options.clock.after(DIAL_MS, fail);
      socket.once('error', fail);
      socket.once('connect', () => {
        timer.cancel();
        socket.removeListener('error', fail);
        socket.on('error', () => {});
        resolve(socket);
      });
    });
  }

  #join(client: net.Socket, upstream: net.Socket, server: string): void {
    const own = this.#pairs.get(server) ?? new Set();
    this.#pairs.set(server, own);
    const end = () => {
      if (!own.delete(end)) return;
      client.resetAndDestroy();
      upstream.destroy();
    };
    own.add(end);
    // What either side says last still arrives; an error of one is one of the other.
    for (const socket of [client, upstream]) socket.on('error', end);
    const over = () => {
      if (!client.destroyed || !upstream.destroyed) return;
      own.delete(end);
    };
    client.once('close', over);
    upstream.once('close', over);
    client.once('close', () => upstream.destroy());
    client.setNoDelay(true);
    client.pipe(upstream);
    upstream.pipe(client);
    client.resume();
  }
}
