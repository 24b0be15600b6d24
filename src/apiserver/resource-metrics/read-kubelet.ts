// Asks a node's kubelet for /metrics/resource, with this server's certificate for kubelets. Called by metrics-api.ts.
import type { IncomingMessage } from 'node:http';
import { type Clock, Pace, paced } from '../../kit/clock.ts';
import { readUpTo } from '../../kit/http1/read-up-to.ts';
import { DialError, startRequest } from '../../kit/http1/upgrade.ts';
import { type Kubelets, kubeletTarget } from '../kubelet-access.ts';
import { type Reading, readResourceMetrics } from './reading.ts';

/** Bytes of the page: some thousands of containers. Upstream has no limit. */
const LIMIT = 4 << 20;

export async function readKubelet(
  kubelets: Kubelets,
  clock: Clock,
  node: string,
  signal: AbortSignal,
): Promise<Reading> {
  const target = kubeletTarget(kubelets, node, '/metrics/resource');
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = startRequest({ ...target, method: 'GET', headers: ['Accept', 'text/plain'], signal });
    request.on('response', resolve);
    request.on('error', (error) => reject(new DialError(target, error)));
    request.end();
  });
  const { bytes, whole } = await readUpTo(response, LIMIT);
  if (response.statusCode !== 200) throw new Error(`the kubelet answered with ${response.statusCode}`);
  if (!whole) throw new Error(`the answer is longer than ${LIMIT} bytes`);
  return paced(readResourceMetrics(bytes.toString(), clock.now()), new Pace(clock));
}
