// Lets this process talk to what a machine can reach, as if it were on that machine: a port of the loopback here leads, over a Unix socket
// on the machine's disk, to an address there. What goes wrong there goes wrong here: a reset is one, silence is silence.
import net from 'node:net';
import { eventually } from '../eventually.ts';
import type { Machine } from '../machines/machine.ts';

const PROGRAM = new URL('portal-inside.ts', import.meta.url).pathname;

export class Portal {
  readonly #socket: string;
  readonly #servers: net.Server[] = [];
  readonly #sockets = new Set<net.Socket>();

  private constructor(socket: string) {
    this.#socket = socket;
  }

  static async open(machine: Machine): Promise<Portal> {
    const socket = machine.onDisk('portal.sock');
    const node = [process.execPath, '--disable-warning=ExperimentalWarning', PROGRAM, socket];
    const program = machine.spawn(node, { name: 'portal' });
    await eventually('the portal', () => program.output().includes('listens'));
    return new Portal(socket);
  }

  /** Resolves with the port of 127.0.0.1 that leads to the address. */
  async to(host: string, port: number): Promise<number> {
    const server = net.createServer({ allowHalfOpen: true }, (client) =>
      this.#join(client, `${host} ${port}\n`),
    );
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as net.AddressInfo).port;
  }

  close(): void {
    for (const server of this.#servers) server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(client: net.Socket, target: string): void {
    const inside = net.connect({ path: this.#socket, allowHalfOpen: true });
    for (const [one, other] of [
      [client, inside],
      [inside, client],
    ] as const) {
      this.#sockets.add(one);
      one.on('error', () => {});
      one.once('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
    inside.write(target);
    client.pipe(inside);
    inside.pipe(client);
  }
}
