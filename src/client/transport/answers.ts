// HTTP/2 streams as answers: the head alone, or head and body. Used by https-transport.ts.
import type { ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import type { Readable } from 'node:stream';
import type { TransportResponse } from './transport.ts';

export type Head = Omit<TransportResponse, 'body'>;

export function headOf(stream: ClientHttp2Stream): Promise<Head> {
  return new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.once('close', () => reject(new Error('the connection closed before an answer came')));
    stream.once('response', (headers) => resolve(toHead(headers)));
  });
}

/** Listens from the first moment on: a short answer may be over before other callbacks run. */
export function answerOf(stream: ClientHttp2Stream): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let head: Head | undefined;
    stream.once('response', (headers) => {
      head = toHead(headers);
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('end', () => {
      if (head && stream.rstCode === 0) resolve({ ...head, body: Buffer.concat(chunks) });
    });
    stream.once('error', reject);
    stream.once('close', () => reject(new Error('the connection closed before the whole answer came')));
  });
}

export async function bodyOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function toHead(headers: IncomingHttpHeaders): Head {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !name.startsWith(':')) out[name] = String(value);
  return { status: Number(headers[':status']), headers: out };
}
