// Splits the byte stream of a watch into frames: one JSON document per line. Used by https-transport.ts.
import type { Readable } from 'node:stream';
import type { WatchFrame } from './transport.ts';

const NEWLINE = 0x0a;

/** Frames until the server ends the stream or the signal aborts; a broken connection throws. */
export async function* readFrames(stream: Readable, signal?: AbortSignal): AsyncGenerator<WatchFrame> {
  let rest: Buffer[] = [];
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
        const line = Buffer.concat([...rest, chunk.subarray(start, end)]);
        rest = [];
        start = end + 1;
        if (line.length > 0) yield JSON.parse(line.toString()) as WatchFrame;
      }
      if (start < chunk.length) rest.push(chunk.subarray(start));
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    stream.destroy();
  }
}
