// Reads a request's body, up to upstream's limit of 3 MiB. Called by https-server.ts.
import type { Readable } from 'node:stream';
import { badRequest, tooLarge } from '../../api/status/status-error.ts';

export const LIMIT = 3 * 1024 * 1024;
export const NO_BODY = Buffer.alloc(0);

export function readBody(stream: Readable, declared: string | undefined): Promise<Buffer> {
  if (declared !== undefined && Number(declared) > LIMIT) return Promise.reject(tooLong());
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    // The rest of a body that is too large is discarded: the connection can then be used for the response.
    stream.on('data', (part: Buffer) => {
      size += part.length;
      if (size > LIMIT) {
        stream.removeAllListeners('data');
        stream.resume();
        reject(tooLong());
      } else parts.push(part);
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

const tooLong = () => tooLarge(`Request entity too large: limit is ${LIMIT}`);
