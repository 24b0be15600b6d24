// Many watches that read everything, at little cost to the client: frames are taken apart here.
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import {
  ACK,
  DATA,
  FRAME_HEAD,
  frame,
  GOAWAY,
  HEADERS,
  opening,
  RST_STREAM,
  request,
  SETTINGS,
} from './frames.ts';

export interface RawWatchOptions {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
  /** With its query. */
  readonly path: string;
  readonly watchers: number;
  readonly perConnection: number;
  /** One event, without the end of its line. */
  readonly onEvent?: (line: Buffer) => void;
}

/** Watches whose answers may be under way on one connection: a server may refuse more streams than it has answered so far. */
const WAVE = 50;
/** The field `:status: 200` (RFC 7541, appendix A). */
const STATUS_200 = 0x88;
const NEWLINE = 10;

class RawConnection {
  readonly #socket: TLSSocket;
  readonly #onEvent: (line: Buffer) => void;
  /** The part of a frame that has arrived. */
  #rest: Buffer | undefined;
  /** By stream, the part of an event that has arrived. */
  readonly #lines = new Map<number, Buffer>();
  #awaited = 0;
  #answered: () => void = () => {};
  #failed: (error: Error) => void = () => {};

  constructor(socket: TLSSocket, onEvent: (line: Buffer) => void) {
    this.#socket = socket;
    this.#onEvent = onEvent;
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
    socket.on('error', (error) => this.#failed(error));
  }

  /** Resolves when all of these requests have been answered with status 200. */
  send(requests: readonly Buffer[]): Promise<void> {
    this.#awaited = requests.length;
    this.#socket.write(Buffer.concat(requests));
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
    });
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  close(): void {
    this.#failed = () => {};
    this.#socket.destroy();
  }

  #read(bytes: Buffer): void {
    const all = this.#rest ? Buffer.concat([this.#rest, bytes]) : bytes;
    let at = 0;
    while (all.length - at >= FRAME_HEAD) {
      const end = at + FRAME_HEAD + all.readUIntBE(at, 3);
      if (end > all.length) break;
      this.#frame(all[at + 3]!, all[at + 4]!, all.readUInt32BE(at + 5), all.subarray(at + FRAME_HEAD, end));
      at = end;
    }
    this.#rest = at < all.length ? all.subarray(at) : undefined;
  }

  #frame(type: number, flags: number, stream: number, payload: Buffer): void {
    if (type === DATA) this.#data(stream, payload);
    else if (type === SETTINGS && !(flags & ACK))
      this.#socket.write(frame(SETTINGS, ACK, 0, Buffer.alloc(0)));
    else if (type === HEADERS) this.#head(payload);
    else if (type === RST_STREAM || type === GOAWAY)
      this.#failed(new Error(`the server sent a frame of type ${type}: ${payload.toString('hex')}`));
  }

  #head(block: Buffer): void {
    // The first answer of a connection may begin with the size of its table.
    if (!block.subarray(0, 8).includes(STATUS_200)) return this.#failed(new Error('a watch was refused'));
    if (--this.#awaited === 0) this.#answered();
  }

  #data(stream: number, payload: Buffer): void {
    const before = this.#lines.get(stream);
    const text = before ? Buffer.concat([before, payload]) : payload;
    let at = 0;
    for (let end = text.indexOf(NEWLINE); end >= 0; end = text.indexOf(NEWLINE, at)) {
      this.#onEvent(text.subarray(at, end));
      at = end + 1;
    }
    if (at < text.length) this.#lines.set(stream, Buffer.from(text.subarray(at)));
    else if (before) this.#lines.delete(stream);
  }
}

/** Resolves when all watches are open, with the function that closes them. */
export async function rawWatches(options: RawWatchOptions): Promise<() => void> {
  const { server, ca, token, path, watchers, perConnection, onEvent = () => {} } = options;
  const { hostname, port } = new URL(server);
  const connections: RawConnection[] = [];
  for (let left = watchers; left > 0; left -= perConnection) {
    const socket = connect({ host: hostname, port: Number(port), ca, ALPNProtocols: ['h2'] });
    await once(socket, 'secureConnect');
    const connection = new RawConnection(socket, onEvent);
    connection.write(opening());
    const streams = Array.from({ length: Math.min(left, perConnection) }, (_, i) => 2 * i + 1);
    for (let first = 0; first < streams.length; first += WAVE)
      await connection.send(
        streams.slice(first, first + WAVE).map((stream) => request(stream, server, path, token)),
      );
    connections.push(connection);
  }
  return () => {
    for (const connection of connections) connection.close();
  };
}
