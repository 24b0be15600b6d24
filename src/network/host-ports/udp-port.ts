// One UDP port of the loopback. The datagrams of one client form a flow, which has a socket of its own towards the target chosen for
// it, so that answers find their way back; a flow ends when nothing came from the client for a while.
import dgram from 'node:dgram';
import net from 'node:net';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { ChooseTarget, HostPort } from './host-port.ts';
import type { Room } from './room.ts';
import { admits } from './source-ranges.ts';

/** As long as the kernel remembers a UDP flow with answers. */
const IDLE_MS = 120_000;
/** Each has a socket. The flow that has been quiet for longest gives way to a new one. */
const MOST_FLOWS = 512;

interface Flow {
  readonly socket: dgram.Socket;
  readonly host: string;
  readonly port: number;
  lastSeen: number;
}

const familyOf = (address: string) => (net.isIPv6(address) ? 'udp6' : 'udp4');

export class UdpPort {
  readonly #wanted: () => HostPort;
  readonly #choose: ChooseTarget;
  readonly #room: Room;
  readonly #clock: Clock;
  /** By the client's address and port; the one that was quiet for longest first. */
  readonly #flows = new Map<string, Flow>();
  readonly #server: dgram.Socket;
  #sweeps: Timer | undefined;

  constructor(wanted: () => HostPort, choose: ChooseTarget, room: Room, clock: Clock) {
    this.#wanted = wanted;
    this.#choose = choose;
    this.#room = room;
    this.#clock = clock;
    this.#server = dgram.createSocket(familyOf(wanted().address));
  }

  open(): Promise<void> {
    const { address, port } = this.#wanted();
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.bind(port, address, () => {
        this.#server.off('error', reject).on('error', () => {});
        this.#server.on('message', (datagram, client) => this.#forward(datagram, client));
        resolve();
      });
    });
  }

  close(): void {
    for (const client of [...this.#flows.keys()]) this.#end(client);
    this.#server.close();
  }

  #forward(datagram: Buffer, { address, port }: dgram.RemoteInfo): void {
    const client = `${address} ${port}`;
    const wanted = this.#wanted();
    if (!admits(wanted.sources, address)) return;
    const flow = this.#flows.get(client) ?? this.#begin(client, address, port);
    if (!flow) return;
    this.#flows.delete(client);
    flow.lastSeen = this.#clock.monotonic();
    this.#flows.set(client, flow);
    flow.socket.send(datagram, flow.port, flow.host);
  }

  #begin(client: string, address: string, port: number): Flow | undefined {
    const target = this.#choose(this.#wanted(), address);
    if (!target) return undefined;
    const [oldest] = this.#flows.keys();
    if (oldest !== undefined && this.#flows.size >= MOST_FLOWS) this.#end(oldest);
    if (!this.#room.take(this.#flows.size)) return undefined;
    const socket = dgram.createSocket(familyOf(target.host));
    socket.on('error', () => this.#end(client));
    socket.on('message', (answer, from) => {
      if (from.address === target.host && from.port === target.port) this.#server.send(answer, port, address);
    });
    this.#sweeps ??= this.#clock.every(IDLE_MS / 4, () => this.#sweep());
    return { socket, ...target, lastSeen: 0 };
  }

  #sweep(): void {
    const before = this.#clock.monotonic() - IDLE_MS;
    for (const [client, { lastSeen }] of this.#flows) if (lastSeen < before) this.#end(client);
  }

  #end(client: string): void {
    const flow = this.#flows.get(client);
    if (!flow) return;
    flow.socket.close();
    this.#flows.delete(client);
    this.#room.give();
    if (this.#flows.size > 0) return;
    this.#sweeps?.cancel();
    this.#sweeps = undefined;
  }
}
