// A SPDY/3.1 connection, client or server, over any Duplex. Go's spdystream, the peer everywhere, knows no flow control:
// so none is enforced and no WINDOW_UPDATE is ever sent (late ones make the peer's kernel throw away unread output).
// Back-pressure is the transport's: while any stream's reader lags, the whole connection stops reading.
import type { Duplex } from 'node:stream';
import { controlFrame, dataHead, FLAG_FIN, FrameReader, FrameType, RstStatus, words } from './frame.ts';
import { HeaderDeflater, HeaderInflater, type SpdyHeaders } from './header-block.ts';
import { SpdyStream, type StreamLink } from './stream.ts';

export interface SpdyOptions {
  role: 'client' | 'server';
  /** Called with each stream that the peer opens, once it is accepted. Without it all are refused. */
  onStream?: (stream: SpdyStream) => void;
  /** Which streams to accept; all when absent. */
  accepts?: (headers: SpdyHeaders) => boolean;
  /** Bytes that arrived behind the HTTP head of the upgrade. */
  head?: Buffer;
}

const MAX_FRAME = 64 * 1024;
/** Below this, head and payload go out as one buffer (one TLS record, one WebSocket message). */
const COPY_BELOW = 8 * 1024;
const ID_MASK = 0x7fffffff;
/** Streams that the peer may have open at a time; kubectl opens two for each forwarded connection. */
const MAX_STREAMS = 1000;
/** Answers to pings and refusals that the peer has not read yet: one that only writes is cut off. */
const MAX_UNREAD = 1000;
/** Bytes that a control frame of each type has at least. */
const LEAST: Readonly<Record<number, number>> = {
  [FrameType.synStream]: 10,
  [FrameType.synReply]: 4,
  [FrameType.rstStream]: 8,
  [FrameType.ping]: 4,
  [FrameType.headers]: 4,
};

export class SpdyConnection {
  /** Resolves when the connection has ended, with the transport's error if that was the cause. */
  readonly closed: Promise<Error | undefined>;
  readonly #transport: Duplex;
  readonly #role: 'client' | 'server';
  readonly #onStream: ((stream: SpdyStream) => void) | undefined;
  readonly #accepts: (headers: SpdyHeaders) => boolean;
  readonly #streams = new Map<number, SpdyStream>();
  readonly #lagging = new Set<number>();
  readonly #deflater = new HeaderDeflater();
  readonly #inflater = new HeaderInflater();
  readonly #pings = new Map<number, () => void>();
  readonly #link: StreamLink;
  #nextId: number;
  #nextPing: number;
  #lastPeerId = 0;
  #peerStreams = 0;
  #unread = 0;
  #open = true;
  #resolveClosed: (error: Error | undefined) => void = () => {};

  constructor(transport: Duplex, options: SpdyOptions) {
    this.#transport = transport;
    this.#role = options.role;
    this.#onStream = options.onStream;
    this.#accepts = options.accepts ?? (() => true);
    this.#nextId = options.role === 'client' ? 1 : 2;
    this.#nextPing = this.#nextId;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#link = {
      writeData: (id, bytes, fin, done) => this.#writeData(id, bytes, fin, done),
      wanted: (id) => this.#wanted(id),
      closed: (id, abrupt) => this.#streamClosed(id, abrupt),
    };
    this.#listen(options.head);
  }

  get open(): boolean {
    return this.#open;
  }

  /** Opens a stream. It may be written at once; `replied` tells whether the peer took it. */
  createStream(headers: SpdyHeaders): SpdyStream {
    if (!this.#open) throw new Error('SPDY connection is closed');
    const stream = new SpdyStream(this.#nextId, headers, this.#link);
    this.#nextId += 2;
    this.#streams.set(stream.id, stream);
    const block = this.#deflater.encode(headers);
    const priorityAndSlot = Buffer.alloc(2);
    this.#write(controlFrame(FrameType.synStream, 0, words(stream.id, 0), priorityAndSlot, block));
    return stream;
  }

  /** Resolves when the peer has answered. */
  ping(): Promise<void> {
    const id = this.#nextPing;
    this.#nextPing += 2;
    return new Promise((resolve) => {
      this.#pings.set(id, resolve);
      this.#write(controlFrame(FrameType.ping, 0, words(id)));
    });
  }

  /** Sends GOAWAY and ends the transport once everything written has been sent. */
  close(): void {
    if (!this.#open) return;
    this.#write(controlFrame(FrameType.goAway, 0, words(this.#lastPeerId, 0)));
    this.#transport.end();
    this.#gone(undefined);
    // What still arrives is discarded, but must be read to notice the peer's end.
    this.#transport.resume();
  }

  destroy(error?: Error): void {
    this.#gone(error);
    this.#transport.destroy(error);
  }

  #listen(head: Buffer | undefined): void {
    const reader = new FrameReader({
      control: (type, flags, body) => this.#control(type, flags, body),
      data: (id, bytes) => this.#data(id, bytes),
      fin: (id) => this.#streams.get(id)?.remoteEnd(),
    });
    const push = (chunk: Buffer) => {
      if (!this.#open) return;
      try {
        reader.push(chunk);
      } catch (error) {
        this.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    };
    this.#transport.on('data', push);
    this.#transport.on('end', () => {
      this.#gone(undefined);
      this.#transport.end();
    });
    this.#transport.on('error', (error) => this.#gone(error));
    this.#transport.on('close', () => this.#gone(undefined));
    if (head && head.length > 0) queueMicrotask(() => push(head));
  }

  #control(type: number, flags: number, body: Buffer): void {
    if (body.length < (LEAST[type] ?? 0)) throw new Error('SPDY frame cut short');
    if (type === FrameType.synStream) this.#synStream(flags, body);
    else if (type === FrameType.synReply) this.#synReply(flags, body);
    else if (type === FrameType.rstStream) this.#rstStream(body);
    else if (type === FrameType.ping) this.#pinged(body.readUInt32BE(0));
    else if (type === FrameType.headers) {
      this.#inflater.decode(body.subarray(4));
      if (flags & FLAG_FIN) this.#streams.get(body.readUInt32BE(0) & ID_MASK)?.remoteEnd();
    }
    // GOAWAY: streams under way continue until the peer ends. SETTINGS and WINDOW_UPDATE are ignored.
  }

  #synStream(flags: number, body: Buffer): void {
    const id = body.readUInt32BE(0) & ID_MASK;
    const headers = this.#inflater.decode(body.subarray(10));
    const ours = id % 2 === (this.#role === 'client' ? 1 : 0);
    if (ours || id <= this.#lastPeerId) return this.#refuse(id, RstStatus.protocolError);
    this.#lastPeerId = id;
    if (!this.#onStream || this.#peerStreams >= MAX_STREAMS || !this.#accepts(headers))
      return this.#refuse(id, RstStatus.refusedStream);
    const stream = new SpdyStream(id, headers, this.#link);
    this.#streams.set(id, stream);
    this.#peerStreams++;
    stream.reply({});
    // Go's peers lose data that comes before the reply.
    this.#write(controlFrame(FrameType.synReply, 0, words(id), this.#deflater.encode({})));
    this.#onStream(stream);
    if (flags & FLAG_FIN) stream.remoteEnd();
  }

  #synReply(flags: number, body: Buffer): void {
    const stream = this.#streams.get(body.readUInt32BE(0) & ID_MASK);
    const headers = this.#inflater.decode(body.subarray(4));
    stream?.reply(headers);
    if (flags & FLAG_FIN) stream?.remoteEnd();
  }

  #rstStream(body: Buffer): void {
    const id = body.readUInt32BE(0) & ID_MASK;
    const stream = this.#streams.get(id);
    this.#forget(id);
    stream?.reset(body.readUInt32BE(4));
  }

  /** A ping with an id of the peer's parity is a request, one of ours is a reply. */
  #pinged(id: number): void {
    if (id % 2 !== (this.#role === 'client' ? 1 : 0)) {
      return this.#answer(controlFrame(FrameType.ping, 0, words(id)));
    }
    this.#pings.get(id)?.();
    this.#pings.delete(id);
  }

  #data(id: number, bytes: Buffer): void {
    const stream = this.#streams.get(id);
    if (!stream || stream.deliver(bytes)) return;
    this.#lagging.add(id);
    this.#transport.pause();
  }

  #wanted(id: number): void {
    if (this.#lagging.delete(id) && this.#lagging.size === 0) this.#transport.resume();
  }

  #writeData(id: number, bytes: Buffer, fin: boolean, done: (error?: Error | null) => void): void {
    if (!this.#open) return done();
    let at = 0;
    do {
      const piece = bytes.subarray(at, at + MAX_FRAME);
      at += piece.length;
      const last = at >= bytes.length;
      const head = dataHead(id, fin && last ? FLAG_FIN : 0, piece.length);
      // The transport's end reports its failure; streams keep what they have received.
      this.#writePair(head, piece, last ? () => done() : undefined);
    } while (at < bytes.length);
  }

  #writePair(head: Buffer, payload: Buffer, done: (() => void) | undefined): void {
    if (payload.length < COPY_BELOW) {
      this.#transport.write(Buffer.concat([head, payload]), done);
      return;
    }
    this.#transport.cork();
    this.#transport.write(head);
    this.#transport.write(payload, done);
    queueMicrotask(() => this.#transport.uncork());
  }

  #write(frame: Buffer): void {
    if (this.#open && !this.#transport.writableEnded) this.#transport.write(frame);
  }

  /** What the peer makes this side write, at most so much ahead of what it reads. */
  #answer(frame: Buffer): void {
    if (!this.#open || this.#transport.writableEnded) return;
    if (++this.#unread > MAX_UNREAD) throw new Error('the SPDY peer does not read');
    this.#transport.write(frame, () => this.#unread--);
  }

  #sendReset(id: number, status: number): void {
    this.#write(controlFrame(FrameType.rstStream, 0, words(id, status)));
  }

  #refuse(id: number, status: number): void {
    this.#answer(controlFrame(FrameType.rstStream, 0, words(id, status)));
  }

  #streamClosed(id: number, abrupt: boolean): void {
    if (this.#streams.has(id) && abrupt) this.#sendReset(id, RstStatus.cancel);
    this.#forget(id);
  }

  #forget(id: number): void {
    const ofPeer = id % 2 === (this.#role === 'client' ? 0 : 1);
    if (this.#streams.delete(id) && ofPeer) this.#peerStreams--;
    this.#wanted(id);
  }

  #gone(error: Error | undefined): void {
    if (!this.#open) return;
    this.#open = false;
    const reason = error ?? new Error('SPDY connection closed');
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    this.#lagging.clear();
    for (const stream of streams) stream.connectionGone(reason);
    for (const answer of this.#pings.values()) answer();
    this.#pings.clear();
    this.#resolveClosed(error);
  }
}
