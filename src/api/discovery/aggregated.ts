// Aggregated discovery: all groups and resources in one document, requested by media type at /api and /apis.
import { type AnyResource, allVerbs } from '../meta/v1/resource.ts';
import { subresourceKind, subresourcesOf } from './documents.ts';
import type { ApiGroup } from './groups.ts';
import type { ResourceDiscovery, VersionDiscovery } from './version-discovery.ts';

export interface GroupDiscovery {
  readonly metadata: { readonly name?: string };
  readonly versions: readonly VersionDiscovery[];
}

export interface GroupDiscoveryList {
  readonly kind: 'APIGroupDiscoveryList';
  readonly apiVersion: string;
  readonly metadata: Record<string, never>;
  readonly items: readonly GroupDiscovery[];
}

/** For /api give the core group, for /apis all others. */
export const aggregatedDiscovery = (groups: readonly ApiGroup[]): GroupDiscoveryList => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: 'apidiscovery.k8s.io/v2',
  metadata: {},
  items: groups.map(groupDiscovery),
});

const groupDiscovery = ({ name, versions }: ApiGroup): GroupDiscovery => ({
  metadata: name ? { name } : {},
  versions: versions.map(
    ({ version, kinds, remote }) =>
      remote ?? { version, resources: kinds.map(resourceDiscovery), freshness: 'Current' },
  ),
});

function resourceDiscovery({ resource }: AnyResource): ResourceDiscovery {
  const subresources = subresourcesOf(resource).map(([name, subresource]) => ({
    subresource: name,
    responseKind: subresourceKind(subresource),
    verbs: subresource.verbs,
  }));
  return {
    resource: resource.plural,
    responseKind: { group: '', version: '', kind: resource.kind },
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.verbs ?? allVerbs,
    ...(resource.shortNames && { shortNames: resource.shortNames }),
    ...(resource.categories && { categories: resource.categories }),
    ...(subresources.length > 0 && { subresources }),
  };
}
