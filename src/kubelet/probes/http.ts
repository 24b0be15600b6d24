// One HTTP request as a kubelet makes it for probes and hooks: no keep-alive, no certificate checks, up to 10 redirects
// on the same host, upstream's messages for failures.
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Clock } from '../../kit/clock.ts';
import { dialErrorText } from '../../kit/http1/dial-error.ts';

export interface HttpCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** Set when the answer redirects to another host: that counts as success, with a warning. */
  readonly redirectedAway?: boolean;
}

const BODY_LIMIT = 10 * 1024;
const MAX_REDIRECTS = 10;

export async function httpGet(call: HttpCall, clock: Clock): Promise<HttpAnswer> {
  let url = call.url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const answer = await once({ ...call, url }, clock);
    const { location } = answer.headers;
    if (!location || answer.status < 300 || answer.status >= 400) return answer;
    const next = URL.canParse(location, url) ? new URL(location, url) : undefined;
    if (!next)
      throw new Error(`Get "${call.url}": failed to parse Location header ${JSON.stringify(location)}`);
    if (next.protocol !== 'http:' && next.protocol !== 'https:')
      throw new Error(`Get "${next}": unsupported protocol scheme "${next.protocol.slice(0, -1)}"`);
    if (next.hostname !== new URL(call.url).hostname) return { ...answer, redirectedAway: true };
    url = next.toString();
  }
  throw new Error(`Get "${call.url}": stopped after 10 redirects`);
}

function once(call: HttpCall, clock: Clock): Promise<HttpAnswer & { headers: IncomingMessage['headers'] }> {
  return new Promise((resolve, reject) => {
    const send = call.url.startsWith('https:') ? httpsRequest : httpRequest;
    const fail = (error: Error) => {
      timer.cancel();
      reject(new Error(`Get "${call.url}": ${dialError(error, call.url)}`, { cause: error }));
    };
    const req = send(call.url, { headers: call.headers, agent: false, rejectUnauthorized: false }, (res) => {
      const parts: Buffer[] = [];
      let size = 0;
      const done = () => {
        timer.cancel();
        const body = Buffer.concat(parts).subarray(0, BODY_LIMIT).toString();
        resolve({ status: res.statusCode ?? 0, body, headers: res.headers });
        req.destroy();
      };
      res.on('data', (part: Buffer) => {
        parts.push(part);
        size += part.length;
        // The rest of the body is not needed, and may be endless.
        if (size >= BODY_LIMIT) done();
      });
      res.on('error', fail);
      res.on('end', done);
    });
    const timer = clock.after(call.timeoutMs, () =>
      req.destroy(new Error('context deadline exceeded (Client.Timeout exceeded while awaiting headers)')),
    );
    req.on('error', fail);
    req.end();
  });
}

/** A connection failure in the words of Go's net package, which events show. */
export function dialError(error: Error, url: string): string {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  return dialErrorText(error, host, Number(port || (protocol === 'https:' ? 443 : 80)));
}
