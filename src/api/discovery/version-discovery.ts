// One version of a group in the aggregated discovery document (APIVersionDiscovery of apidiscovery.k8s.io/v2).
// Written by aggregated.ts for the kinds of this server, and by remote-discovery.ts for what other servers tell.

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

export interface VersionDiscovery {
  readonly version: string;
  readonly resources: readonly ResourceDiscovery[];
  /** Stale: the server could not be reached, so that resources are missing or old. */
  readonly freshness: 'Current' | 'Stale';
}
