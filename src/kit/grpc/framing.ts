// How messages lie in an HTTP/2 stream: one byte that says whether the message is compressed, four bytes of length, the message.
import { GrpcError } from './status.ts';

const HEAD = 5;

export function frame(body: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(HEAD + body.length);
  framed[0] = 0;
  framed.writeUInt32BE(body.length, 1);
  framed.set(body, HEAD);
  return framed;
}

/** Collects chunks however they are cut and gives whole messages. Refuses a long message by its head, before it is held. */
export class MessageReader {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #held = 0;
  /** Bytes of the message under way, its head included; 0 while the head is not here yet. */
  #wanted = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** True between two messages. */
  get empty(): boolean {
    return this.#held === 0;
  }

  /** Throws GrpcError. */
  *push(chunk: Buffer): Generator<Buffer> {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    while (this.#held >= HEAD) {
      this.#wanted ||= this.#measure();
      if (this.#held < this.#wanted) return;
      const held = this.#join();
      const message = held.subarray(HEAD, this.#wanted);
      this.#chunks = [held.subarray(this.#wanted)];
      this.#held -= this.#wanted;
      this.#wanted = 0;
      yield message;
    }
  }

  #measure(): number {
    const head = this.#join();
    if (head[0] !== 0) throw new GrpcError('internal', 'grpc: compressed message without an agreed encoding');
    const length = head.readUInt32BE(1);
    if (length > this.#limit)
      throw new GrpcError(
        'resourceExhausted',
        `grpc: received message larger than max (${length} vs. ${this.#limit})`,
      );
    return HEAD + length;
  }

  #join(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0]!;
  }
}
