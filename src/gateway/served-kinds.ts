// Whether the API server has a kind. Those of Gateway API come some time after its start, and a user may remove or replace them; an
// informer of a kind that is not there would try again and again, and log it.
import type { AnyResource } from '../api/meta/v1/resource.ts';
import { isNotFound } from '../api/status/status-error.ts';
import type { Client } from '../client/client.ts';
import type { Clock } from '../kit/clock.ts';

/** True also when that cannot be found out: an informer is better at waiting for an API server. */
export async function isServed(client: Client, kind: AnyResource): Promise<boolean> {
  try {
    await client.list(kind, { limit: 1 });
    return true;
  } catch (error) {
    return !isNotFound(error);
  }
}

/** So often at first, and later. */
const SOON_MS = 250;
const SELDOM_MS = 10_000;
const SOON_FOR_MS = 15_000;

/** Resolves with true when the kind is served, and with false after `signal`. */
export async function untilServed(
  { client, clock }: { readonly client: Client; readonly clock: Clock },
  kind: AnyResource,
  signal: AbortSignal,
): Promise<boolean> {
  const since = clock.monotonic();
  while (!signal.aborted) {
    if (await isServed(client, kind)) return true;
    const wait = clock.monotonic() - since < SOON_FOR_MS ? SOON_MS : SELDOM_MS;
    await clock.sleep(wait, signal).catch(() => {});
  }
  return false;
}
