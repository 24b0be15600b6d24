// Entrances for UDP: the datagrams of a client go to one endpoint for as long as they come, and what it sends goes back to the client.
// Runs in the relay's thread (worker.ts).
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Endpoint } from '../model/routes.ts';
import type { DatagramEntrance } from './plan.ts';

/** Each client has a socket, and so a descriptor of the process. */
const MOST_SESSIONS = 4_096;
/** Milliseconds without a datagram of either side after which a client is forgotten. */
const IDLE = 60_000;
/** When there is no room, a new client takes that of one that is silent for so long. */
const SILENT = 5_000;

interface Session {
  readonly socket: Socket;
  readonly endpoint: Endpoint;
  last: number;
}

const keyOf = ({ ip, port }: Endpoint): string => `${ip} ${port}`;
/** Addresses are written as such: there is nothing to look up. */
const lookup = (host: string, _: object, found: (error: null, address: string, family: number) => void) =>
  found(null, host, isIPv6(host) ? 6 : 4);
const socketFor = (ip: string): Socket => createSocket({ type: isIPv6(ip) ? 'udp6' : 'udp4', lookup });

export class Datagrams {
  readonly #clock: Clock;
  readonly #socket: Socket;
  /** By the client's address, the one that was heard last at the end. */
  readonly #sessions = new Map<string, Session>();
  readonly #sweep: Timer;
  #to: DatagramEntrance['to'] = [];
  #total = 0;
  #drawn: number;
  #turn = 0;

  /** `drawn`: where the shares of weights begin, from 0 to 1. */
  constructor(address: string, clock: Clock, drawn: number) {
    this.#clock = clock;
    this.#drawn = drawn;
    this.#socket = socketFor(address);
    this.#socket.on('message', (bytes, { address: ip, port }) => this.#heard(bytes, ip, port));
    this.#sweep = clock.every(IDLE / 4, () => this.#forget());
  }

  /** Rejects when the address is not there or the port is another's. */
  bind(address: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once('error', reject);
      this.#socket.bind({ address, port, exclusive: true }, () => {
        this.#socket.off('error', reject);
        this.#socket.on('error', () => {});
        resolve();
      });
    });
  }

  /** Sessions with endpoints that stay go on. */
  lead(to: DatagramEntrance['to']): void {
    this.#to = to;
    this.#total = to.reduce((sum, { weight }) => sum + weight, 0);
    const left = new Set(to.flatMap(({ endpoints }) => endpoints.map(keyOf)));
    for (const [client, { endpoint }] of this.#sessions) if (!left.has(keyOf(endpoint))) this.#end(client);
  }

  close(): void {
    this.#sweep.cancel();
    for (const client of [...this.#sessions.keys()]) this.#end(client);
    this.#socket.close();
  }

  #heard(bytes: Buffer, ip: string, port: number): void {
    const client = `${ip} ${port}`;
    const session = this.#sessions.get(client) ?? this.#begin(ip, port);
    if (!session) return;
    session.last = this.#clock.monotonic();
    this.#sessions.delete(client);
    this.#sessions.set(client, session);
    session.socket.send(bytes, session.endpoint.port, session.endpoint.ip);
  }

  #begin(ip: string, port: number): Session | undefined {
    const endpoint = this.#choose();
    if (!endpoint || !this.#hasRoom()) return undefined;
    const socket = socketFor(endpoint.ip);
    const session = { socket, endpoint, last: 0 };
    socket.on('message', (bytes, from) => {
      if (from.address !== endpoint.ip || from.port !== endpoint.port) return;
      session.last = this.#clock.monotonic();
      this.#socket.send(bytes, port, ip);
    });
    // That an endpoint does not listen is the client's to notice, as without a relay.
    socket.on('error', () => {});
    return session;
  }

  #hasRoom(): boolean {
    if (this.#sessions.size < MOST_SESSIONS) return true;
    const [[oldest, { last }]] = this.#sessions as Iterable<[string, Session]> as [[string, Session]];
    if (this.#clock.monotonic() - last < SILENT) return false;
    this.#end(oldest);
    return true;
  }

  /** By weights, in steps of the golden ratio; then one endpoint after the other. */
  #choose(): Endpoint | undefined {
    this.#drawn = (this.#drawn + 0.618_033_988_749_894_9) % 1;
    let at = this.#drawn * this.#total;
    const chosen = this.#to.find(({ weight }) => {
      at -= weight;
      return at < 0;
    });
    const endpoints = chosen?.endpoints ?? [];
    return endpoints[this.#turn++ % Math.max(1, endpoints.length)];
  }

  #forget(): void {
    const before = this.#clock.monotonic() - IDLE;
    for (const [client, { last }] of this.#sessions) if (last < before) this.#end(client);
  }

  #end(client: string): void {
    this.#sessions.get(client)?.socket.close();
    this.#sessions.delete(client);
  }
}
