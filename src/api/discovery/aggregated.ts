// Aggregated discovery: all groups and resources in one document, requested by media type at /api and /apis.
import { type AnyResource, allVerbs } from '../meta/v1/resource.ts';
import { subresourceKind, subresourcesOf } from './documents.ts';
import type { ApiGroup } from './groups.ts';

export type AggregatedVersion = 'v2' | 'v2beta1';

/** Clients recognise the document by this content type. */
export const aggregatedMediaType = (version: AggregatedVersion): string =>
  `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;

export interface ResponseKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface SubresourceDiscovery {
  readonly subresource: string;
  readonly responseKind: ResponseKind;
  readonly verbs: readonly string[];
}

export interface ResourceDiscovery {
  readonly resource: string;
  readonly responseKind: ResponseKind;
  readonly scope: 'Cluster' | 'Namespaced';
  readonly singularResource: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly SubresourceDiscovery[];
}

export interface GroupDiscovery {
  readonly metadata: { readonly name?: string };
  readonly versions: readonly {
    readonly version: string;
    readonly resources: readonly ResourceDiscovery[];
    readonly freshness: 'Current' | 'Stale';
  }[];
}

export interface GroupDiscoveryList {
  readonly kind: 'APIGroupDiscoveryList';
  readonly apiVersion: string;
  readonly metadata: Record<string, never>;
  readonly items: readonly GroupDiscovery[];
}

/** For /api give the core group, for /apis all others. */
export const aggregatedDiscovery = (
  groups: readonly ApiGroup[],
  version: AggregatedVersion,
): GroupDiscoveryList => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: `apidiscovery.k8s.io/${version}`,
  metadata: {},
  items: groups.map(groupDiscovery),
});

const groupDiscovery = ({ name, versions }: ApiGroup): GroupDiscovery => ({
  metadata: name ? { name } : {},
  versions: versions.map(({ version, kinds }) => ({
    version,
    resources: kinds.map(resourceDiscovery),
    freshness: 'Current',
  })),
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
