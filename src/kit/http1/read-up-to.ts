// Reads a stream whose length somebody else decides. Used for answers of webhooks, kubelets and runtimes.
import type { Readable } from 'node:stream';

export interface ReadUpTo {
  readonly bytes: Buffer;
  /** False when there was more: the rest is not read, and the stream is destroyed. */
  readonly whole: boolean;
}

/** At most `limit` bytes. Rejects when the stream fails before. */
export async function readUpTo(stream: Readable, limit: number): Promise<ReadUpTo> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    if (size > limit) return { bytes: Buffer.concat(parts).subarray(0, limit), whole: false };
  }
  return { bytes: Buffer.concat(parts), whole: true };
}
