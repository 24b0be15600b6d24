// The aggregated discovery document as messages in protobuf. Called by the API server for
// clients that prefer protobuf. Upstream: staging/src/k8s.io/api/apidiscovery/v2/types.go.
import { ListMeta, ObjectMeta } from '../meta/v1/object-meta.ts';
import { list, ref, string, struct, text } from '../schema/notation.ts';

const always = { emit: 'always' } as const;
const name = (kind: string) => `io.k8s.api.apidiscovery.v2.${kind}`;

const GroupVersionKind = struct('io.k8s.apimachinery.pkg.apis.meta.v1.GroupVersionKind', {
  group: string(1, always),
  version: string(2, always),
  kind: string(3, always),
});

const Subresource = struct(name('APISubresourceDiscovery'), {
  subresource: string(1, always),
  responseKind: ref(2, GroupVersionKind),
  acceptedTypes: list(3, GroupVersionKind),
  verbs: list(4, text),
});

const Resource = struct(name('APIResourceDiscovery'), {
  resource: string(1, always),
  responseKind: ref(2, GroupVersionKind),
  scope: string(3, always),
  singularResource: string(4, always),
  verbs: list(5, text),
  shortNames: list(6, text),
  categories: list(7, text),
  subresources: list(8, Subresource),
});

const Version = struct(name('APIVersionDiscovery'), {
  version: string(1, always),
  resources: list(2, Resource),
  freshness: string(3, always),
});

const Group = struct(name('APIGroupDiscovery'), {
  metadata: ref(1, ObjectMeta, always),
  versions: list(2, Version),
});

export const APIGroupDiscoveryList = struct(name('APIGroupDiscoveryList'), {
  metadata: ref(1, ListMeta, always),
  items: list(2, Group),
});
