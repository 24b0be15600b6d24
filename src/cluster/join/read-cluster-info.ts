// Reads the ConfigMap cluster-info of an API server that is not trusted yet: one small answer, within a time, whoever sends it.
// Called by discovery.ts.
import { get } from 'node:https';
import type { Clock } from '../../kit/clock.ts';

/** Bytes: cluster-info has a certificate, an address, and a line for each token. */
const MAX_BYTES = 1 << 20;
const TIMEOUT_MS = 10_000;
const PATH = '/api/v1/namespaces/kube-public/configmaps/cluster-info';

/** The server answered, but not with the ConfigMap. */
export class RefusedError extends Error {
  readonly status: number;
  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

/** The data of cluster-info. Without `ca` whatever certificate the server shows is accepted, and nothing that it says may be believed. */
export async function readClusterInfo(
  server: string,
  clock: Pick<Clock, 'after'>,
  ca?: string,
): Promise<Record<string, string>> {
  const { status, body } = await fetch(`${server}${PATH}`, clock, ca);
  if (status !== 200)
    throw new RefusedError(status, `failed to request the cluster-info ConfigMap: ${reasonOf(status, body)}`);
  const data: unknown = (JSON.parse(body) as { data?: unknown } | null)?.data;
  const entries = Object.entries(typeof data === 'object' && data !== null ? data : {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function reasonOf(status: number, body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    if (typeof message === 'string') return message.slice(0, 500);
  } catch {
    // No Status of an API server.
  }
  return `HTTP status ${status}`;
}

function fetch(
  url: string,
  clock: Pick<Clock, 'after'>,
  ca: string | undefined,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    // An authority may be one that another one vouches for, which is not among these.
    const tls = ca === undefined ? { rejectUnauthorized: false } : { ca, allowPartialTrustChain: true };
    const request = get(url, { ...tls, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_BYTES) request.destroy(new Error('the answer is too large for cluster-info'));
        else chunks.push(chunk);
      });
      response.once('error', reject);
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
    });
    const late = clock.after(TIMEOUT_MS, () =>
      request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} seconds`)),
    );
    request.once('error', reject);
    request.once('close', () => late.cancel());
  });
}
