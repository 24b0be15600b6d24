// Writes every object of a resource once more, without changing it: the API server then stores it in its current version and
// encryption. Called by controller.ts.
//
// Each object is applied with nothing but its uid and resourceVersion. A conflict means that the object was written meanwhile, is
// gone, or was made again: in each case nothing is left to do. Without the uid the apply would create what was deleted.
import { type AnyResource, apiVersionOf, type KubeObject } from '../../api/meta/v1/resource.ts';
import { isConflict, isExpired, StatusError } from '../../api/status/status-error.ts';
import type { Client, ListAnswer } from '../../client/client.ts';
import { isNewer } from './plan.ts';

/** Objects of one page; only their metadata is read. */
const PAGE = 500;
const FIELD_MANAGER = 'storage-version-migrator-controller';

/** These pass: upstream tries again. So do errors of the connection, which are no StatusErrors. */
const PASSING = new Set([
  'ServerTimeout',
  'Timeout',
  'TooManyRequests',
  'ServiceUnavailable',
  'InternalError',
]);

export const passes = (error: unknown): boolean =>
  !(error instanceof StatusError) || PASSING.has(error.reason);

/**
 * Rewrites what was stored before `began`, until `goesOn` is false; rejects with the first failure that is no conflict.
 * What was written later is in the current version already.
 */
export async function rewriteAll(
  client: Client,
  kind: AnyResource,
  began: string,
  goesOn: () => boolean,
): Promise<void> {
  let next: string | undefined;
  do {
    const page = await pageOf(client, kind, next);
    for (const object of page.items as KubeObject[]) {
      if (!goesOn()) return;
      if (!isNewer(object.metadata.resourceVersion ?? '0', began)) await rewrite(client, kind, object);
    }
    next = page.continue;
  } while (next);
}

/** The next page. A token that is too old comes with one that goes on in the newest state. */
async function pageOf(
  client: Client,
  kind: AnyResource,
  token: string | undefined,
): Promise<ListAnswer<unknown>> {
  const query = { limit: PAGE, metadataOnly: true };
  try {
    return await client.list(kind, { ...query, ...(token && { continue: token }) });
  } catch (error) {
    const newer = isExpired(error) ? error.status.metadata?.continue : undefined;
    if (!newer) throw error;
    return client.list(kind, { ...query, continue: newer });
  }
}

async function rewrite(client: Client, kind: AnyResource, { metadata }: KubeObject): Promise<void> {
  const { name = '', namespace, uid, resourceVersion } = metadata;
  const identity = { apiVersion: apiVersionOf(kind.resource), kind: kind.resource.kind };
  const applied = { ...identity, metadata: { uid, resourceVersion } };
  try {
    await client.patch(kind, name, namespace, 'apply', applied, { fieldManager: FIELD_MANAGER });
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
}
