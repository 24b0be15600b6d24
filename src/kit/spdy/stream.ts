// One SPDY stream as a Duplex with headers. `end()` half-closes (FIN); `destroy()` before both halves ended sends RST.
// When the peer resets the stream or the connection goes away, the read half ends after what was received, and later
// writes are dropped. Go's servers end every stream by a reset, which must not lose what was sent before.
import { Duplex } from 'node:stream';
import type { SpdyHeaders } from './header-block.ts';

/** The peer refused the stream by RST_STREAM. */
export class SpdyResetError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`stream reset by peer, status ${status}`);
    this.status = status;
  }
}

/** What a stream needs of its connection. */
export interface StreamLink {
  writeData(streamId: number, bytes: Buffer, fin: boolean, done: (error?: Error | null) => void): void;
  /** The reader wants more: the connection may read on. */
  wanted(streamId: number): void;
  closed(streamId: number, abrupt: boolean): void;
}

const READ_BUFFER = 256 * 1024;
const WRITE_BUFFER = 64 * 1024;

export class SpdyStream extends Duplex {
  readonly id: number;
  readonly headers: SpdyHeaders;
  /** Settles when the peer answers SYN_STREAM; rejects when it refuses, or the connection ends before. */
  readonly replied: Promise<SpdyHeaders>;
  /** Set when the peer ended the stream by RST_STREAM. */
  resetStatus: number | undefined;
  readonly #link: StreamLink;
  #resolveReply: (headers: SpdyHeaders) => void = () => {};
  #rejectReply: (error: Error) => void = () => {};
  #remoteEnded = false;
  #localEnded = false;

  constructor(id: number, headers: SpdyHeaders, link: StreamLink) {
    super({ allowHalfOpen: true, readableHighWaterMark: READ_BUFFER, writableHighWaterMark: WRITE_BUFFER });
    this.id = id;
    this.headers = headers;
    this.#link = link;
    this.replied = new Promise((resolve, reject) => {
      this.#resolveReply = resolve;
      this.#rejectReply = reject;
    });
    this.replied.catch(() => {});
    this.on('error', () => {});
  }

  /** True when both halves have ended on the wire. */
  get finished(): boolean {
    return this.#remoteEnded && this.#localEnded;
  }

  /** From the connection: bytes of the peer; false when the reader has enough for now. */
  deliver(bytes: Buffer): boolean {
    return this.#remoteEnded || this.destroyed ? true : this.push(bytes);
  }

  /** From the connection: the peer sends no more. */
  remoteEnd(): void {
    if (this.#remoteEnded || this.destroyed) return;
    this.#remoteEnded = true;
    this.push(null);
  }

  /** From the connection: the peer's answer to SYN_STREAM. */
  reply(headers: SpdyHeaders): void {
    this.#resolveReply(headers);
  }

  /** From the connection: RST_STREAM. */
  reset(status: number): void {
    this.resetStatus = status;
    this.#over(new SpdyResetError(status));
  }

  /** From the connection: no more bytes will pass either way. */
  connectionGone(error: Error): void {
    this.#over(error);
  }

  #over(error: Error): void {
    this.#rejectReply(error);
    this.#localEnded = true;
    this.remoteEnd();
  }

  override _read(): void {
    this.#link.wanted(this.id);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#localEnded) return done();
    this.#link.writeData(this.id, chunk, false, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.#localEnded) return done();
    this.#localEnded = true;
    this.#link.writeData(this.id, Buffer.alloc(0), true, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#rejectReply(error ?? new Error('stream closed'));
    this.#link.closed(this.id, !this.finished);
    done(error);
  }
}
