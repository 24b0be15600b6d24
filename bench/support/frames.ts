// HTTP/2 frames of a client, written by hand: Node's own client reads whatever comes, and takes as much of the processor for each
// event as the server that is measured. Used by silent.ts and raw-watches.ts.

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
export const DATA = 0;
export const HEADERS = 1;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const GOAWAY = 7;
const WINDOW_UPDATE = 8;
/** Of a SETTINGS frame. */
export const ACK = 1;
/** Bytes of a frame before its payload. */
export const FRAME_HEAD = 9;
/** END_STREAM and END_HEADERS. */
const WHOLE_REQUEST = 5;
const INITIAL_WINDOW_SIZE = 4;
const LARGEST_WINDOW = 2 ** 31 - 1;
const DEFAULT_WINDOW = 65_535;

export function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(FRAME_HEAD);
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

/** The first bytes of a connection. The server may send as much as it likes: windows of 2 GiB. */
export const opening = (): Buffer =>
  Buffer.concat([
    PREFACE,
    frame(SETTINGS, 0, 0, Buffer.concat([number(INITIAL_WINDOW_SIZE, 2), number(LARGEST_WINDOW)])),
    frame(WINDOW_UPDATE, 0, 0, number(LARGEST_WINDOW - DEFAULT_WINDOW)),
  ]);

/** A GET request. */
export function request(stream: number, server: string, path: string, token: string): Buffer {
  const block = headerBlock([
    [':method', 'GET'],
    [':scheme', 'https'],
    [':path', path],
    [':authority', new URL(server).host],
    ['authorization', `Bearer ${token}`],
  ]);
  return frame(HEADERS, WHOLE_REQUEST, stream, block);
}
