// Splits the byte stream of a watch into its frames: one JSON document per line. A line is kept whole in memory, so its length is
// limited. Used by the client's HTTPS transport, and by the API server for watches that another server answers.
import type { Readable } from 'node:stream';
import { parseForUse } from '../json/carried-digits.ts';

const NEWLINE = 0x0a;
/** Bytes. A request to the API server has at most 3 MiB; defaults and managed fields make the stored object larger. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** Documents until the stream ends or the signal aborts; a broken connection or a line that is too long throws. `T` is what the
 *  sender has promised; it is not checked. */
export async function* readJsonLines<T>(
  stream: Readable,
  signal?: AbortSignal,
  longest = LONGEST_LINE,
): AsyncGenerator<T> {
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
        if (line.length > 0) yield parseForUse(line.toString()) as T;
      }
      if (start < chunk.length) rest.push(chunk.subarray(start));
      length += chunk.length - start;
      if (length > longest) throw new Error(`a frame of a watch has more than ${longest} bytes`);
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    stream.destroy();
  }
}
