// One TCP port of the loopback: each connection is passed on to the target chosen for it. A client that may not connect is reset, and so
// is one for which there is no room.
import net from 'node:net';
import type { ChooseTarget, HostPort } from './host-port.ts';
import type { Room } from './room.ts';
import { admits } from './source-ranges.ts';

export class TcpPort {
  readonly #wanted: () => HostPort;
  readonly #choose: ChooseTarget;
  readonly #room: Room;
  #clients = 0;
  readonly #server = net.createServer({ allowHalfOpen: true }, (socket) => this.#forward(socket));

  constructor(wanted: () => HostPort, choose: ChooseTarget, room: Room) {
    this.#wanted = wanted;
    this.#choose = choose;
    this.#room = room;
  }

  open(): Promise<void> {
    const { address, port } = this.#wanted();
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, address, resolve);
    });
  }

  /** Connections that there are go on. */
  close(): void {
    this.#server.close();
  }

  #forward(socket: net.Socket): void {
    const wanted = this.#wanted();
    const client = socket.remoteAddress ?? '';
    const target = admits(wanted.sources, client) ? this.#choose(wanted, client) : undefined;
    socket.on('error', () => {});
    if (!target || !this.#room.take(this.#clients)) return void socket.resetAndDestroy();
    this.#clients++;
    socket.once('close', () => {
      this.#clients--;
      this.#room.give();
    });
    const out = net.connect({ ...target, allowHalfOpen: true });
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
