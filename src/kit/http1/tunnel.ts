// Proxies an HTTP/1.1 Upgrade to another server, byte for byte: head, response, then the raw connection, whatever the
// protocol (WebSocket, SPDY). Used by the API server and by the kubelet's server.
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { type Duplex, pipeline } from 'node:stream';
import { splice } from './splice.ts';
import { type HttpTarget, requestUpgrade } from './upgrade.ts';

/** What an HTTP server's `upgrade` event gives. */
export interface IncomingUpgrade {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

export interface TunnelTarget extends HttpTarget {
  /** Raw headers to send instead of the caller's. */
  headers?: readonly string[];
  signal?: AbortSignal;
}

/** The server neither upgraded nor refused. A redirect must not reach the caller, who might follow it with credentials. */
export class InvalidUpgradeError extends Error {
  constructor(response: IncomingMessage) {
    super(`invalid upgrade response: status code ${response.statusCode}`);
  }
}

/**
 * Resolves when the tunnel is over. Rejects, with nothing written to the caller, with a DialError when the target cannot be
 * reached, and with an InvalidUpgradeError when its answer is below 400; a refusal is passed on to the caller.
 */
export async function tunnelUpgrade(incoming: IncomingUpgrade, target: TunnelTarget): Promise<void> {
  const { request, socket, head } = incoming;
  socket.on('error', () => {});
  const answer = await requestUpgrade({
    ...target,
    method: request.method ?? 'GET',
    headers: target.headers ?? request.rawHeaders,
  });
  if (!answer.upgraded) {
    if ((answer.response.statusCode ?? 0) >= 400) return relayRefusal(answer.response, socket);
    answer.response.destroy();
    throw new InvalidUpgradeError(answer.response);
  }
  socket.write(answerHead(answer.response, answer.response.rawHeaders));
  await splice(socket, answer.socket, { fromClient: head, fromBackend: answer.head });
}

/** Milliseconds that a refusal's body may pause. */
const REFUSAL_MS = 10_000;

/** Sends a complete response over a raw connection and ends it. */
export function relayRefusal(response: IncomingMessage, socket: Duplex): Promise<void> {
  response.setTimeout(REFUSAL_MS, () => response.destroy());
  const kept = response.rawHeaders.flatMap((name, i, all) =>
    i % 2 === 0 && !/^(connection|keep-alive|transfer-encoding)$/i.test(name) ? [name, all[i + 1]!] : [],
  );
  socket.write(answerHead(response, [...kept, 'Connection', 'close']));
  return new Promise((resolve) => pipeline(response, socket, () => resolve()));
}

function answerHead(response: IncomingMessage, headers: readonly string[]): string {
  const code = response.statusCode ?? 502;
  let head = `HTTP/1.1 ${code} ${response.statusMessage || (STATUS_CODES[code] ?? '')}\r\n`;
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return `${head}\r\n`;
}

/** A short response over a raw connection, for upgrades that are refused here. */
export function refuseUpgrade(
  socket: Duplex,
  code: number,
  body: string,
  contentType = 'text/plain; charset=utf-8',
): void {
  socket.on('error', () => {});
  const bytes = Buffer.from(body);
  const lines = [
    `HTTP/1.1 ${code} ${STATUS_CODES[code] ?? ''}`,
    `Content-Type: ${contentType}`,
    `Content-Length: ${bytes.length}`,
    'Connection: close',
  ];
  socket.end(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), bytes]));
}
