// Opens a SPDY/3.1 connection to a server that switches to it after an HTTP/1.1 Upgrade, such as containerd's streaming server.

import { readUpTo } from '../http1/read-up-to.ts';
import { requestUpgrade } from '../http1/upgrade.ts';
import { SpdyConnection } from './connection.ts';

export interface SpdyDial {
  connection: SpdyConnection;
  /** The one of the offered protocols that the server chose. */
  protocol: string;
}

/** The server answered, but did not switch protocols. */
export class UpgradeRefusedError extends Error {
  readonly code: number;
  readonly body: string;

  constructor(code: number, body: string) {
    super(`unable to upgrade connection: ${body}`);
    this.code = code;
    this.body = body;
  }
}

/** Bytes of a refusal that are read. */
const MAX_REFUSAL = 64 * 1024;

export async function dialSpdy(
  url: URL,
  protocols: readonly string[],
  options: { signal?: AbortSignal } = {},
): Promise<SpdyDial> {
  const answer = await requestUpgrade({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 80),
    path: `${url.pathname}${url.search}`,
    method: 'POST',
    headers: [
      ...['Connection', 'Upgrade', 'Upgrade', 'SPDY/3.1', 'Content-Length', '0'],
      ...protocols.flatMap((protocol) => ['X-Stream-Protocol-Version', protocol]),
    ],
    signal: options.signal,
  });
  if (!answer.upgraded) {
    const body = (await readUpTo(answer.response, MAX_REFUSAL)).bytes.toString();
    throw new UpgradeRefusedError(answer.response.statusCode ?? 0, body.trim());
  }
  const protocol = answer.response.headers['x-stream-protocol-version'];
  return {
    connection: new SpdyConnection(answer.socket, { role: 'client', head: answer.head }),
    protocol: typeof protocol === 'string' ? protocol : '',
  };
}
