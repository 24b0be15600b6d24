// Backends for tests of the door: they answer with what they were asked, as JSON.
import { createHash } from 'node:crypto';
import http from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Endpoint } from '../../../src/gateway/model/routes.ts';
import { systemClock } from '../../../src/kit/clock.ts';

export interface Echoed {
  readonly server: string;
  readonly method: string;
  readonly url: string;
  readonly version: string;
  readonly headers: Record<string, string>;
  /** Lines of headers, each with its name, in their order. */
  readonly raw: readonly string[];
  readonly body: string;
}

/** As RFC 6455 says. */
function switched(key = ''): string {
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const lines = ['Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`];
  return ['HTTP/1.1 101 Switching Protocols', ...lines, '', ''].join('\r\n');
}

export interface Echo extends Endpoint {
  /** What it was asked, in order. */
  readonly asked: Echoed[];
  close(): void;
}

const ADDRESS = '127.0.0.1';

/**
 * Of a request's query: `delay` waits so many milliseconds, `status` answers with it, `fail` so many requests with that status before
 * others with 200; `header` is one of the answer.
 */
export async function startEcho(server: string, protocol: 'http' | 'h2c' = 'http'): Promise<Echo> {
  const asked: Echoed[] = [];
  const failed = new Map<string, number>();
  const answer = async (
    request: http.IncomingMessage | http2.Http2ServerRequest,
    response: http.ServerResponse | http2.Http2ServerResponse,
  ) => {
    const { method = '', url = '', httpVersion, headers, rawHeaders } = request;
    let body = '';
    for await (const part of request) body += String(part);
    const echoed: Echoed = {
      server,
      method,
      url,
      version: httpVersion,
      headers: headers as Record<string, string>,
      raw: rawHeaders,
      body,
    };
    asked.push(echoed);
    const query = new URL(url, 'http://x').searchParams;
    const [delay, fail] = [Number(query.get('delay')), Number(query.get('fail'))];
    if (delay) await systemClock.sleep(delay);
    const times = failed.get(url) ?? 0;
    failed.set(url, times + 1);
    response.statusCode = fail && times >= fail ? 200 : Number(query.get('status') ?? 200);
    const [name, value] = query.get('header')?.split('=') ?? [];
    if (name) response.setHeader(name, value!);
    (response as http.ServerResponse).end(JSON.stringify(echoed));
  };
  const listener = protocol === 'h2c' ? http2.createServer(answer) : http.createServer(answer);
  if (listener instanceof http.Server)
    listener.on('upgrade', ({ headers }, socket) =>
      socket.end(`${switched(headers['sec-websocket-key'])}hello`),
    );
  await new Promise<void>((resolve) => listener.listen(0, ADDRESS, resolve));
  const { port } = listener.address() as AddressInfo;
  const close = () => {
    listener.close();
    if (listener instanceof http.Server) listener.closeAllConnections();
  };
  return { ip: ADDRESS, port, asked, close };
}
