// One HTTP/2 request, as plainly as possible: benchmarks that press the server must not be limited by their own client.
import type { ClientHttp2Session, OutgoingHttpHeaders } from 'node:http2';

export interface Call {
  readonly method?: string;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  /** JSON. */
  readonly body?: string;
  readonly contentType?: string;
}

export interface Called {
  readonly status: number;
  readonly bytes: number;
}

/** Resolves after the whole response; `onData` is called with each part of it, and ends the request by returning false. */
export function call(
  session: ClientHttp2Session,
  { method = 'GET', path, headers, body, contentType = 'application/json' }: Call,
  onData: (part: Buffer) => boolean = () => true,
): Promise<Called> {
  const stream = session.request({
    ':method': method,
    ':path': path,
    ...headers,
    ...(body !== undefined && { 'content-type': contentType }),
  });
  return new Promise((resolve, reject) => {
    let status = 0;
    let bytes = 0;
    stream.on('response', (answer) => {
      status = answer[':status'] ?? 0;
    });
    stream.on('data', (part: Buffer) => {
      bytes += part.length;
      if (!onData(part)) stream.close();
    });
    stream.on('error', reject);
    stream.on('close', () => (status ? resolve({ status, bytes }) : reject(new Error('no response'))));
    stream.end(body);
  });
}
