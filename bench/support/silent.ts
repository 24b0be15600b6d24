// Watchers that never read: each asks for the whole state of a collection and gives the server leave to send all of it (HTTP/2
// windows of 2 GiB), but its connection is not read. Node's own HTTP/2 client would read, so the few frames are written here.
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { systemClock } from '../../src/kit/clock.ts';

export interface SilentOptions {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
  /** The collection: /api/v1/namespaces/…/configmaps. */
  readonly path: string;
  readonly watchers: number;
}

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const HEADERS = 1;
const SETTINGS = 4;
const WINDOW_UPDATE = 8;
/** END_STREAM and END_HEADERS. */
const WHOLE_REQUEST = 5;
const INITIAL_WINDOW_SIZE = 4;
const LARGEST_WINDOW = 2 ** 31 - 1;
const DEFAULT_WINDOW = 65_535;
/** Watches that are opened at once, and milliseconds until the next: they need seats, which one that is not read keeps for 100. */
const WAVE = 20;
const PAUSE = 200;

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

function number(value: number, bytes = 4): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

/** The length of a text in HPACK: seven bits, then seven at a time (RFC 7541, 5.1). */
function text(value: string): Buffer {
  const { length } = value;
  const head: number[] = [Math.min(length, 127)];
  let rest = length - 127;
  for (; rest >= 128; rest >>= 7) head.push(128 | (rest & 127));
  if (length >= 127) head.push(rest);
  return Buffer.concat([Buffer.from(head), Buffer.from(value)]);
}

/** Literals that use no table. */
const headerBlock = (headers: readonly (readonly [string, string])[]): Buffer =>
  Buffer.concat(headers.flatMap(([name, value]) => [Buffer.of(0), text(name), text(value)]));

/** One watch on each connection: the server does not read from a connection that takes nothing. Resolves when all requests have
 *  been sent. */
export async function silentWatchers(options: SilentOptions): Promise<TLSSocket[]> {
  const { server, ca, token, path, watchers } = options;
  const { hostname, port, host } = new URL(server);
  const block = headerBlock([
    [':method', 'GET'],
    [':scheme', 'https'],
    [':path', `${path}?watch=true`],
    [':authority', host],
    ['authorization', `Bearer ${token}`],
  ]);
  const start = Buffer.concat([
    PREFACE,
    frame(SETTINGS, 0, 0, Buffer.concat([number(INITIAL_WINDOW_SIZE, 2), number(LARGEST_WINDOW)])),
    frame(WINDOW_UPDATE, 0, 0, number(LARGEST_WINDOW - DEFAULT_WINDOW)),
    frame(HEADERS, WHOLE_REQUEST, 1, block),
  ]);
  const open = async () => {
    const socket = connect({ host: hostname, port: Number(port), ca, ALPNProtocols: ['h2'] });
    await once(socket, 'secureConnect');
    socket.pause();
    socket.on('error', () => {});
    socket.write(start);
    return socket;
  };
  const sockets: TLSSocket[] = [];
  while (sockets.length < watchers) {
    sockets.push(...(await Promise.all(Array.from({ length: WAVE }, open))));
    await systemClock.sleep(PAUSE);
  }
  return sockets;
}
