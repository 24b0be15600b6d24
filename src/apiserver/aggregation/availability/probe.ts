// Asks the server of a RemoteService for a document that it must have. Called by availability.ts.
// Upstream: sync() in kube-aggregator's remote_available_controller.go.
import { messageOf } from '../../../kit/message-of.ts';
import type { Finding } from '../conditions.ts';
import { FetchError, type FetchOptions, fetchFrom } from '../forwarding/fetch.ts';
import { type RemoteService, rootOf } from '../remote-service.ts';
import { failed, PASSED } from './decide.ts';

/** May do everything, so that the answer does not depend on rights. */
export const AGGREGATOR = { name: 'system:kube-aggregator', groups: ['system:masters'] } as const;

const TIMEOUT_MS = 5000;
/** Endpoints are chosen at random: one that answers is enough. */
const MORE_ATTEMPTS = 4;

export async function probe(
  options: FetchOptions,
  remote: RemoteService,
  signal: AbortSignal,
): Promise<Finding> {
  const first = await attempt(options, remote, signal);
  if (first === undefined) return PASSED;
  const others = await Promise.all(
    Array.from({ length: MORE_ATTEMPTS }, () => attempt(options, remote, signal)),
  );
  return others.includes(undefined) ? PASSED : failed(first);
}

/** Why it failed. */
async function attempt(
  options: FetchOptions,
  remote: RemoteService,
  signal: AbortSignal,
): Promise<string | undefined> {
  const request = { user: AGGREGATOR, accept: '*/*', timeoutMs: TIMEOUT_MS, limit: 0, signal };
  try {
    const { status, url } = await fetchFrom(options, remote, { ...request, path: rootOf(remote) });
    if (status >= 200 && status < 300) return undefined;
    return `failing or missing response from ${url}: bad status from ${url}: ${status}`;
  } catch (error) {
    return error instanceof FetchError
      ? `failing or missing response from ${error.url}: ${error.message}`
      : messageOf(error);
  }
}
