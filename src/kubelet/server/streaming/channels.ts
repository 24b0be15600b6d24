// The v5.channel.k8s.io framing over a WebSocket: byte 0 of every message is a channel, 255 closes the channel named by
// byte 1. Gives each channel as an ordinary stream with back-pressure.
import { PassThrough, Writable } from 'node:stream';
import type { RawData, WebSocket } from 'ws';

export const Channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

export class WebSocketChannels {
  readonly stdin = new PassThrough();
  /** One chunk per resize message. */
  readonly resize = new PassThrough();
  /** Resolves when the client is gone. */
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  #finished = false;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#receive(asBuffer(data)));
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.stdin.end();
        this.resize.end();
        resolve();
      });
    });
  }

  /** A stream whose bytes go out on `channel`. Ending it sends nothing: the status on channel 3 ends the session. */
  output(channel: number): Writable {
    return new Writable({
      highWaterMark: 256 * 1024,
      write: (chunk: Buffer, _encoding, done) => this.#send(channel, chunk, done),
    });
  }

  /** Sends the final Status on the error channel and closes the WebSocket. */
  async finish(status: object): Promise<void> {
    // The client's close must be read, also behind input that nobody has taken.
    this.#finished = true;
    this.#socket.resume();
    await new Promise<void>((resolve) =>
      this.#send(Channel.error, Buffer.from(JSON.stringify(status)), () => resolve()),
    );
    this.#socket.close(1000);
  }

  #send(channel: number, bytes: Buffer, done: () => void): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return done();
    this.#socket.send(Buffer.concat([Buffer.of(channel), bytes]), { binary: true }, () => done());
  }

  #receive(message: Buffer): void {
    const [channel, named] = message;
    if (channel === Channel.stdin) this.#forward(this.stdin, message.subarray(1));
    else if (channel === Channel.resize) this.#forward(this.resize, message.subarray(1));
    else if (channel === Channel.close && named === Channel.stdin) this.stdin.end();
  }

  #forward(to: PassThrough, bytes: Buffer): void {
    if (this.#finished || bytes.length === 0 || to.writableEnded || to.destroyed) return;
    if (to.write(bytes)) return;
    this.#socket.pause();
    to.once('drain', () => this.#socket.resume());
  }
}

function asBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
