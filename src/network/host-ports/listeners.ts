// The ports of the machine's loopback that are open. Called by start-host-ports.ts.
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { ChooseTarget, HostPort } from './host-port.ts';
import { Room } from './room.ts';
import { TcpPort } from './tcp-port.ts';
import { UdpPort } from './udp-port.ts';

export interface HostPortOptions {
  /** For clients. */
  readonly room?: Room;
  readonly choose: ChooseTarget;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Entry {
  /** What the port leads to may change while it is open. */
  readonly leads: { to: HostPort };
  readonly listener: TcpPort | UdpPort;
}

/** Sockets that wait for clients: descriptors are left for connections, and for all else that the process does. */
const MOST_OPEN = 8_192;

export class HostPorts {
  readonly #options: HostPortOptions;
  readonly #room: Room;
  readonly #open = new Map<string, Entry>();
  /** Ports that could not be opened, with the Service, so that each is logged once. */
  readonly #refused = new Map<string, string>();

  constructor(options: HostPortOptions) {
    this.#options = options;
    this.#room = options.room ?? new Room();
  }

  /** The Service whose port of this id is open now. */
  holder(id: string): string | undefined {
    return this.#open.get(id)?.leads.to.service;
  }

  /** Opens and closes ports so that those of `wanted` are open, except those that another process holds. What becomes another
   *  Service's, or gets another NodePort, stays open: connections from then on go there. */
  async sync(wanted: ReadonlyMap<string, HostPort>): Promise<void> {
    for (const [id, entry] of this.#open) {
      const next = wanted.get(id);
      if (next) entry.leads.to = next;
      else this.#close(id);
    }
    for (const id of this.#refused.keys()) if (!wanted.has(id)) this.#refused.delete(id);
    for (const [id, port] of wanted)
      if (!this.#open.has(id) && this.#open.size < MOST_OPEN) await this.#listen(id, port);
  }

  close(): void {
    for (const id of [...this.#open.keys()]) this.#close(id);
  }

  #close(id: string): void {
    this.#open.get(id)?.listener.close();
    this.#open.delete(id);
  }

  async #listen(id: string, port: HostPort): Promise<void> {
    const { choose, clock, log } = this.#options;
    const leads = { to: port };
    const wanted = () => leads.to;
    const listener =
      port.protocol === 'UDP'
        ? new UdpPort(wanted, choose, this.#room, clock)
        : new TcpPort(wanted, choose, this.#room);
    try {
      await listener.open();
      this.#refused.delete(id);
      this.#open.set(id, { leads, listener });
    } catch (error) {
      listener.close();
      if (this.#refused.get(id) !== port.service)
        log.warn('a host port is in use by another process', {
          port: id,
          service: port.service,
          error: messageOf(error),
        });
      this.#refused.set(id, port.service);
    }
  }
}
