// One shape for whoever sent a request that is proxied, HTTP/1.1 or HTTP/2: what was asked, and how to answer.
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Readable, Writable } from 'node:stream';

export interface ProxyCaller {
  method: string;
  /** Path and query as the caller wrote them. */
  url: string;
  /** Host or :authority. */
  host: string;
  /** Names and values in turn, without pseudo headers and Host. */
  headers: readonly string[];
  remoteAddress: string | undefined;
  hasBody: boolean;
  body: Readable;
  /** Calls `listener` when the exchange is over, answered or broken off. */
  onClose(listener: () => void): void;
  /** Sends the head and gives the stream for the body. */
  answer(status: number, headers: OutgoingHttpHeaders): Writable;
}

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
