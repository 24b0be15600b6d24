// The caller of a proxied request, independent of HTTP/1.1 or HTTP/2: the request, and a way to respond.
// Made by http/https-server.ts.
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Readable, Writable } from 'node:stream';

export interface ProxyCaller {
  method: string;
  /** Path and query, not decoded. */
  url: string;
  /** Host or :authority. */
  host: string;
  /** Alternating names and values, without pseudo headers and Host. */
  headers: readonly string[];
  remoteAddress: string | undefined;
  hasBody: boolean;
  body: Readable;
  /** Calls `listener` once the response is complete or the caller has disconnected. */
  onClose(listener: () => void): void;
  /** Sends status and headers, and returns the stream for the body. */
  answer(status: number, headers: OutgoingHttpHeaders): Writable;
}

/** The same caller; `heard` is told the status when the answer begins. */
export const heardBy = (caller: ProxyCaller, heard: (status: number) => void): ProxyCaller => ({
  ...caller,
  answer(status, headers) {
    heard(status);
    return caller.answer(status, headers);
  },
});

export function http1Caller(request: IncomingMessage, response: ServerResponse): ProxyCaller {
  const headers = request.rawHeaders.flatMap((name, i, all) =>
    i % 2 === 0 && name.toLowerCase() !== 'host' ? [name, all[i + 1]!] : [],
  );
  return {
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    host: request.headers.host ?? '',
    headers,
    remoteAddress: request.socket.remoteAddress,
    hasBody: 'transfer-encoding' in request.headers || Number(request.headers['content-length'] ?? 0) > 0,
    body: request,
    onClose: (listener) => void response.once('close', listener),
    answer(status, answerHeaders) {
      response.writeHead(status, answerHeaders);
      response.flushHeaders();
      return response;
    },
  };
}

export function http2Caller(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): ProxyCaller {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(':') || name === 'host' || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) pairs.push(name, one);
  }
  return {
    method: headers[':method'] ?? 'GET',
    url: headers[':path'] ?? '/',
    host: headers[':authority'] ?? headers.host ?? '',
    headers: pairs,
    remoteAddress: stream.session?.socket?.remoteAddress,
    hasBody: !stream.endAfterHeaders,
    body: stream,
    onClose: (listener) => void stream.once('close', listener),
    answer(status, answerHeaders) {
      stream.respond({ ':status': status, ...answerHeaders });
      return stream;
    },
  };
}
