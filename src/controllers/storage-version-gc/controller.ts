// Promise: a StorageVersion has no report of an API server without an identity Lease, and one without reports is deleted.
// Upstream: pkg/controller/storageversiongc.
import {
  type ServerStorageVersion,
  StorageVersion,
} from '../../api/kinds/apiserverinternal/v1alpha1/storage-version.ts';
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import { labelsOf, nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { withServers } from '../../api/storage-versions/agreement.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';

const NAMESPACE = 'kube-system';

const isIdentity = (lease: Readonly<Lease>): boolean =>
  namespaceOf(lease) === NAMESPACE &&
  labelsOf(lease)['apiserver.kubernetes.io/identity'] === 'kube-apiserver';

const serversOf = ({ status }: Readonly<StorageVersion>): readonly ServerStorageVersion[] =>
  status?.storageVersions ?? [];

export function createStorageVersionCollector(context: ControllerContext): Controller {
  const versions = context.informers.informer(StorageVersion);
  const leases = context.informers.informer(Lease);
  const isAlive = ({ apiServerID }: ServerStorageVersion): boolean => {
    const lease = leases.lister.get(apiServerID, NAMESPACE);
    return lease !== undefined && isIdentity(lease);
  };
  const stale = (version: Readonly<StorageVersion>) =>
    serversOf(version).every(isAlive) ? [] : [nameOf(version)];
  const reportedBy = (lease: Readonly<Lease>) =>
    versions.lister
      .list()
      .filter((version) => serversOf(version).some(({ apiServerID }) => apiServerID === nameOf(lease)))
      .map(nameOf);
  return {
    name: 'storageversion-garbage-collector-controller',
    workers: 1,
    watches: [
      watch(leases, {
        onAdd: () => [],
        onUpdate: () => [],
        onDelete: (lease) => (isIdentity(lease) ? reportedBy(lease) : []),
      }),
      watch(versions, { onAdd: stale, onUpdate: stale, onDelete: () => [] }),
    ],
    reconcile: async (name) => {
      await collect(context, name).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
      return undefined;
    },
  };
}

/** Reads everything anew: the caches may be behind, and a report that is dropped comes back only after ten minutes. */
async function collect({ client, clock }: ControllerContext, name: string): Promise<void> {
  const version = await client.get(StorageVersion, name);
  const servers = serversOf(version);
  const alive = await Promise.all(
    servers.map(async ({ apiServerID }) => {
      try {
        return isIdentity(await client.get(Lease, apiServerID, NAMESPACE));
      } catch (error) {
        if (isNotFound(error)) return false;
        throw error;
      }
    }),
  );
  const left = servers.filter((_, i) => alive[i]);
  if (left.length === servers.length) return;
  if (left.length === 0) return client.delete(StorageVersion, name);
  const status = withServers(version, left, rfc3339(clock.now()));
  await client.update(StorageVersion, { ...version, status }, { subresource: 'status' });
}
