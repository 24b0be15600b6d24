// In which versions this server stores, reads and serves its built-in resources. Versions of one kind, and kinds that share their
// stored objects, make one report, under the group that comes first. Pure.
// Upstream: staging/src/k8s.io/apiserver/pkg/storageversion/manager.go.
import type { ServerStorageVersion } from '../../api/kinds/apiserverinternal/v1alpha1/storage-version.ts';
import { type AnyResource, apiVersionOf } from '../../api/meta/v1/resource.ts';
import type { ResourceTable } from '../registry/resource-table.ts';
import { StoredResource } from '../registry/stored/stored-resource.ts';

export interface Report {
  /** Of the StorageVersion: <group>.<resource>. */
  readonly name: string;
  readonly versions: Omit<ServerStorageVersion, 'apiServerID'>;
}

export function reportsOf(resources: ResourceTable): Report[] {
  const served = new Map<AnyResource, AnyResource[]>();
  for (const kind of resources.kinds()) {
    const stored = storedAs(resources, kind);
    if (stored) served.set(stored, [...(served.get(stored) ?? []), kind]);
  }
  return [...served].map(([stored, kinds]) => reportOf(resources, stored, kinds));
}

/** Undefined for resources that are not stored, and for custom ones. */
function storedAs(resources: ResourceTable, { resource }: AnyResource): AnyResource | undefined {
  const found = resources.get(resource.group, resource.version, resource.plural);
  if (!(found instanceof StoredResource) || found.custom) return undefined;
  return found.versions?.kinds[0] ?? found.kind;
}

function reportOf(resources: ResourceTable, stored: AnyResource, served: readonly AnyResource[]): Report {
  const { group, plural } = stored.resource;
  const [first = stored] = served;
  const { versions } = resources.stored(first);
  const own = served.filter(({ resource }) => resource.group === group);
  return {
    name: `${group || 'core'}.${plural}`,
    versions: {
      encodingVersion: apiVersionOf(stored.resource),
      decodableVersions: (versions?.kinds ?? [stored]).map(({ resource }) => apiVersionOf(resource)),
      servedVersions: own.map(({ resource }) => apiVersionOf(resource)),
    },
  };
}
