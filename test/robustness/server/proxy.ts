// A TCP proxy between clients and the API server, for faults of the network.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { systemClock } from '../../../src/kit/clock.ts';
import type { Address } from '../traffic/connection.ts';

export class NetworkProxy {
  readonly #server: Server;
  readonly #target: () => Address;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #frozen = false;
  #delayMs = 0;

  /** `target` is asked at each connection. */
  constructor(target: () => Address) {
    this.#target = target;
    this.#server = createServer((client) => this.#accept(client));
  }

  listen(): Promise<Address> {
    return new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', () => {
        const { port } = this.#server.address() as { port: number };
        resolve({ host: '127.0.0.1', port });
      });
    });
  }

  close(): void {
    this.#server.close();
    this.cut(1);
  }

  /** Resets this share of the connections. */
  cut(share: number, chance = () => 0): void {
    for (const [client, server] of this.#pairs)
      if (chance() < share) {
        client.resetAndDestroy();
        server.resetAndDestroy();
      }
  }

  /** From now on nothing is passed on, in either direction, and nobody is told. */
  freeze(): void {
    this.#frozen = true;
    for (const sockets of this.#pairs) for (const socket of sockets) socket.pause();
  }

  /** New connections work again; those that were frozen stay so unless `revive`. */
  thaw({ revive }: { readonly revive: boolean }): void {
    this.#frozen = false;
    if (revive) for (const sockets of this.#pairs) for (const socket of sockets) socket.resume();
  }

  /** Each piece of data is passed on this much later. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  #accept(client: Socket): void {
    const server = connect(this.#target());
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    for (const [from, to] of [pair, [server, client] as const]) {
      let last = Promise.resolve();
      from.on('data', (chunk) => {
        if (this.#delayMs === 0) {
          to.write(chunk);
          return;
        }
        const waited = systemClock.sleep(this.#delayMs);
        last = last.then(() => waited).then(() => void to.write(chunk));
      });
      from.on('error', () => {});
      from.on('close', () => {
        this.#pairs.delete(pair);
        to.destroy();
      });
      if (this.#frozen) from.pause();
    }
  }
}
