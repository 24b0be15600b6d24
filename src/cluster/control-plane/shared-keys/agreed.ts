// Whether all servers use the keys that this one has: asked before something is written that others could not read. Called by server/server.ts.

import { Lease } from '../../../api/kinds/coordination/v1/lease.ts';
import { ConfigMap } from '../../../api/kinds/core/v1/config-map.ts';
import { nameOf } from '../../../api/meta/v1/object.ts';
import { SERVER_IDENTITY, SERVER_NAMESPACE } from '../../../api/nodes/server-names.ts';
import { isNotFound } from '../../../api/status/status-error.ts';
import type { Client } from '../../../client/client.ts';
import type { Clock } from '../../../kit/clock.ts';
import { UserError } from '../../progress.ts';
import { digestOf, readKeys } from './key-files.ts';
import { keyState } from './shared-keys.ts';
import { hasTakenUp, NAME, NAMESPACE } from './stored-keys.ts';

export interface AgreedOptions {
  readonly client: Client;
  readonly pki: string;
  readonly clock: Clock;
}

const LIMIT_MS = 60_000;
const POLL_MS = 200;

export async function keysAgreed({ client, pki, clock }: AgreedOptions): Promise<void> {
  const deadline = clock.monotonic() + LIMIT_MS;
  for (;;) {
    const { generation, digest } = keyState(pki);
    const isTold = digestOf(readKeys(pki)) === digest;
    const late = isTold ? await lateServers(client, generation) : ['this server'];
    if (late.length === 0) return;
    if (clock.monotonic() > deadline)
      throw new UserError(
        `${late.join(', ')} did not take up the key. Start what is down and repeat the command; the Lease of a server that is gone for good is to be deleted (kubectl -n ${SERVER_NAMESPACE} delete lease)`,
      );
    await clock.sleep(POLL_MS);
  }
}

/** A server that is down counts: when it is back, it must be able to read. */
async function lateServers(client: Client, generation: number): Promise<string[]> {
  const [map, { items }] = await Promise.all([
    client.get(ConfigMap, NAME, NAMESPACE).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
      return undefined;
    }),
    client.list(Lease, { namespace: SERVER_NAMESPACE, labelSelector: SERVER_IDENTITY }),
  ]);
  return items.flatMap((lease) => {
    const server = lease.metadata.labels?.['kubernetes.io/hostname'] ?? '';
    return hasTakenUp(map, server) < generation ? `server ${server} (Lease ${nameOf(lease)})` : [];
  });
}
