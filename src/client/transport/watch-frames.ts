// Splits the byte stream of a watch into frames: one JSON document per line. A frame is kept whole in memory, so its
// length is limited. Used by https-transport.ts.
import type { Readable } from 'node:stream';
import type { WatchFrame } from './transport.ts';

const NEWLINE = 0x0a;
/** Bytes. A request to the API server has at most 3 MiB; defaults and managed fields make the stored object larger. */
const LONGEST_FRAME = 16 * 1024 * 1024;

/** Frames until the server ends the stream or the signal aborts; a broken connection or a frame that is too long throws. */
export async function* readFrames(stream: Readable, signal?: AbortSignal): AsyncGenerator<WatchFrame> {
  let rest: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
        const line = Buffer.concat([...rest, chunk.subarray(start, end)]);
        rest = [];
        length = 0;
        start = end + 1;
        if (line.length > 0) yield JSON.parse(line.toString()) as WatchFrame;
      }
      if (start < chunk.length) rest.push(chunk.subarray(start));
      length += chunk.length - start;
      if (length > LONGEST_FRAME) throw new Error(`a frame of a watch has more than ${LONGEST_FRAME} bytes`);
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    stream.destroy();
  }
}
