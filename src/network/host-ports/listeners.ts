// Listens on the machine's loopback address and forwards connections to a NodePort of a node, nodes in turn.
// Called by start-host-ports.ts.
import net from 'node:net';
import type { Logger } from '../../kit/log.ts';
import type { HostPort } from './wanted.ts';

export interface HostPortOptions {
  /** Address to listen on, 127.0.0.1. */
  readonly address: string;
  /** Addresses of the nodes that a connection to the port may go to, asked for each connection. */
  readonly nodes: (port: HostPort) => readonly string[];
  readonly log: Logger;
}

export class HostPorts {
  readonly #options: HostPortOptions;
  readonly #servers = new Map<number, { wanted: HostPort; server: net.Server }>();
  /** Ports that could not be opened, with the Service, so that each is logged once. */
  readonly #refused = new Map<number, string>();
  #turn = 0;

  constructor(options: HostPortOptions) {
    this.#options = options;
  }

  /** The ports that are open now. */
  open(): Map<number, HostPort> {
    return new Map([...this.#servers].map(([port, { wanted }]) => [port, wanted]));
  }

  /** Opens and closes listeners so that those of `wanted` are open, except ports that another process holds. */
  async sync(wanted: ReadonlyMap<number, HostPort>): Promise<void> {
    for (const [port, entry] of this.#servers) {
      const next = wanted.get(port);
      if (next?.nodePort === entry.wanted.nodePort) entry.wanted = next;
      else this.#close(port);
    }
    for (const [port, entry] of wanted) if (!this.#servers.has(port)) await this.#listen(entry);
  }

  close(): void {
    for (const port of [...this.#servers.keys()]) this.#close(port);
  }

  #close(port: number): void {
    this.#servers.get(port)?.server.close();
    this.#servers.delete(port);
  }

  #listen(wanted: HostPort): Promise<void> {
    const server = net.createServer({ allowHalfOpen: true }, (socket) =>
      this.#forward(socket, this.#servers.get(wanted.port)?.wanted ?? wanted),
    );
    return new Promise((resolve) => {
      server.once('error', (error) => {
        if (this.#refused.get(wanted.port) !== wanted.service)
          this.#options.log.warn('a host port is in use by another process', {
            ...wanted,
            error: error.message,
          });
        this.#refused.set(wanted.port, wanted.service);
        resolve();
      });
      server.listen(wanted.port, this.#options.address, () => {
        this.#servers.set(wanted.port, { wanted, server });
        this.#refused.delete(wanted.port);
        resolve();
      });
    });
  }

  #forward(socket: net.Socket, wanted: HostPort): void {
    const nodes = this.#options.nodes(wanted);
    const host = nodes[this.#turn++ % Math.max(1, nodes.length)];
    if (!host) return void socket.destroy();
    const out = net.connect({ port: wanted.nodePort, host, allowHalfOpen: true });
    const end = () => {
      socket.destroy();
      out.destroy();
    };
    socket.on('error', end);
    out.on('error', end);
    socket.pipe(out);
    out.pipe(socket);
  }
}
