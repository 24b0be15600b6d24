// Reads a request's body, up to upstream's limit of 3 MiB. Called by https-server.ts.
import type { Readable } from 'node:stream';
import { MOST_BYTES, tooManyBytes } from '../../api/codec/budget.ts';
import { badRequest } from '../../api/status/status-error.ts';

export const NO_BODY = Buffer.alloc(0);

export function readBody(
  stream: Readable,
  declared: string | undefined,
  admit?: (bytes: number) => void,
): Promise<Buffer> {
  if (declared !== undefined && Number(declared) > MOST_BYTES) return Promise.reject(tooManyBytes());
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    // The rest of a body that is refused is discarded: the connection can then be used for the response.
    const refuse = (reason: unknown) => {
      stream.removeAllListeners('data');
      stream.resume();
      reject(reason);
    };
    stream.on('data', (part: Buffer) => {
      size += part.length;
      if (size > MOST_BYTES) return refuse(tooManyBytes());
      try {
        admit?.(part.length);
        parts.push(part);
      } catch (error) {
        refuse(error);
      }
    });
    stream.once('end', () => resolve(parts.length === 1 ? parts[0]! : Buffer.concat(parts)));
    const gone = () => {
      if (!stream.readableEnded)
        reject(badRequest('unable to read the request body: the client has disconnected'));
    };
    stream.once('error', gone);
    stream.once('close', gone);
  });
}
