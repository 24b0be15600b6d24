// SPDY/3.1 frames on the wire: builds them, and cuts an incoming byte stream into them. The payload of DATA frames is
// handed on in the pieces in which it arrives, never gathered; control frames are gathered whole.

export const FrameType = {
  synStream: 1,
  synReply: 2,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  headers: 8,
  windowUpdate: 9,
} as const;

export const RstStatus = {
  protocolError: 1,
  invalidStream: 2,
  refusedStream: 3,
  unsupportedVersion: 4,
  cancel: 5,
  internalError: 6,
} as const;

export const FLAG_FIN = 1;
const VERSION = 3;
const HEAD = 8;
/** Bytes of a control frame; those of real peers are below 1 KiB. */
const MAX_CONTROL = 64 * 1024;

export function controlFrame(type: number, flags: number, ...body: Uint8Array[]): Buffer {
  const payload = Buffer.concat(body);
  const head = Buffer.alloc(HEAD);
  head.writeUInt16BE(0x8000 | VERSION, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt32BE(payload.length, 4);
  head[4] = flags;
  return Buffer.concat([head, payload]);
}

export function dataHead(streamId: number, flags: number, length: number): Buffer {
  const head = Buffer.allocUnsafe(HEAD);
  head.writeUInt32BE(streamId, 0);
  head.writeUInt32BE(length, 4);
  head[4] = flags;
  return head;
}

export function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => {
    bytes.writeUInt32BE(value, i * 4);
  });
  return bytes;
}

export interface FrameHandler {
  control(type: number, flags: number, body: Buffer): void;
  data(streamId: number, bytes: Buffer): void;
  /** A DATA frame with FIN has been handed over wholly. */
  fin(streamId: number): void;
}

export class FrameReader {
  readonly #handler: FrameHandler;
  /** Bytes of an unfinished head or control frame. */
  #kept: Buffer[] = [];
  #keptLength = 0;
  /** How many bytes to have before the frame is looked at again: joined earlier, a frame in many pieces would be copied often. */
  #needed = HEAD;
  /** The DATA frame under way. */
  #data: { id: number; flags: number; left: number } | undefined;

  constructor(handler: FrameHandler) {
    this.#handler = handler;
  }

  push(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) rest = this.#data ? this.#readData(rest) : this.#readHeadOrControl(rest);
  }

  #readData(chunk: Buffer): Buffer {
    const frame = this.#data!;
    const piece = chunk.subarray(0, frame.left);
    frame.left -= piece.length;
    this.#handler.data(frame.id, piece);
    this.#endDataWhenWhole();
    return chunk.subarray(piece.length);
  }

  #endDataWhenWhole(): void {
    if (!this.#data || this.#data.left > 0) return;
    const { id, flags } = this.#data;
    this.#data = undefined;
    if (flags & FLAG_FIN) this.#handler.fin(id);
  }

  #readHeadOrControl(chunk: Buffer): Buffer {
    if (this.#keptLength + chunk.length < this.#needed) return this.#keep(chunk, this.#needed);
    const have = this.#keptLength === 0 ? chunk : Buffer.concat([...this.#kept, chunk]);
    this.#kept = [];
    this.#keptLength = 0;
    this.#needed = HEAD;
    if (have.length < HEAD) return this.#keep(have, HEAD);
    const length = have.readUInt32BE(4) & 0xffffff;
    const flags = have[4]!;
    if ((have[0]! & 0x80) === 0) {
      this.#data = { id: have.readUInt32BE(0), flags, left: length };
      this.#endDataWhenWhole();
      return have.subarray(HEAD);
    }
    if ((have.readUInt16BE(0) & 0x7fff) !== VERSION || length > MAX_CONTROL) {
      throw new Error('not a SPDY/3 frame');
    }
    if (have.length < HEAD + length) return this.#keep(have, HEAD + length);
    this.#handler.control(have.readUInt16BE(2), flags, have.subarray(HEAD, HEAD + length));
    return have.subarray(HEAD + length);
  }

  #keep(bytes: Buffer, needed: number): Buffer {
    this.#needed = needed;
    this.#kept.push(bytes);
    this.#keptLength += bytes.length;
    return Buffer.alloc(0);
  }
}
