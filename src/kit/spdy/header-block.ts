// Header blocks of SPDY/3: counted name/value pairs, deflated. All blocks of one direction are ONE zlib stream, so every
// block must be processed in wire order, including those that are not read. Called by the connection only.
import { Deflate, Inflate } from 'pako';
import { SPDY_DICTIONARY } from './dictionary.ts';

/** Names in lower case. A value may hold several, joined by NUL as on the wire. */
export type SpdyHeaders = Readonly<Record<string, string>>;

const SYNC_FLUSH = 2;
const CHUNK = 2048;
/** What one block may grow to when inflated; header blocks of real peers are below 1 KiB. */
const MAX_BLOCK = 8 * 1024;

export class HeaderDeflater {
  readonly #zlib = new Deflate({
    dictionary: SPDY_DICTIONARY,
    windowBits: 11,
    memLevel: 1,
    chunkSize: CHUNK,
  });
  #out: Uint8Array[] = [];

  constructor() {
    this.#zlib.onData = (chunk) => void this.#out.push(chunk);
  }

  encode(headers: SpdyHeaders): Buffer {
    this.#out = [];
    this.#zlib.push(serialize(headers), SYNC_FLUSH);
    return Buffer.concat(this.#out);
  }
}

export class HeaderInflater {
  readonly #zlib = new Inflate({ dictionary: SPDY_DICTIONARY, chunkSize: CHUNK });
  #out: Uint8Array[] = [];
  #size = 0;

  constructor() {
    this.#zlib.onData = (chunk) => {
      this.#size += chunk.length;
      if (this.#size > MAX_BLOCK) throw new Error('SPDY header block too large');
      this.#out.push(chunk);
    };
  }

  decode(block: Uint8Array): SpdyHeaders {
    this.#out = [];
    this.#size = 0;
    this.#zlib.push(block, SYNC_FLUSH);
    if (this.#zlib.err) throw new Error(`SPDY header block unreadable: ${this.#zlib.msg}`);
    return parse(Buffer.concat(this.#out));
  }
}

function serialize(headers: SpdyHeaders): Buffer {
  const parts: Buffer[] = [];
  const count = (n: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(n);
    parts.push(bytes);
  };
  const text = (value: string) => {
    const bytes = Buffer.from(value);
    count(bytes.length);
    parts.push(bytes);
  };
  const entries = Object.entries(headers);
  count(entries.length);
  for (const [name, value] of entries) {
    text(name.toLowerCase());
    text(value);
  }
  return Buffer.concat(parts);
}

function parse(block: Buffer): SpdyHeaders {
  let at = 0;
  const number = () => {
    at += 4;
    if (at > block.length) throw new Error('SPDY header block cut short');
    return block.readUInt32BE(at - 4);
  };
  const text = () => {
    const length = number();
    if (at + length > block.length) throw new Error('SPDY header block cut short');
    at += length;
    return block.toString('utf8', at - length, at);
  };
  const headers: Record<string, string> = {};
  for (let left = number(); left > 0; left--) {
    const name = text();
    headers[name] = text();
  }
  return headers;
}
