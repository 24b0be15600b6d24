import { boolean, list, type Of, ref, required, string, struct, text } from '../../schema/notation.ts';

export const GroupVersionForDiscovery = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.GroupVersionForDiscovery',
  {
    groupVersion: required(string(1, { emit: 'always' })),
    version: required(string(2, { emit: 'always' })),
  },
);
export interface GroupVersionForDiscovery extends Of<typeof GroupVersionForDiscovery> {}

export const ServerAddressByClientCIDR = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.ServerAddressByClientCIDR',
  {
    clientCIDR: required(string(1, { emit: 'always' })),
    serverAddress: required(string(2, { emit: 'always' })),
  },
);
export interface ServerAddressByClientCIDR extends Of<typeof ServerAddressByClientCIDR> {}

export const APIGroup = struct('io.k8s.apimachinery.pkg.apis.meta.v1.APIGroup', {
  apiVersion: string(0),
  kind: string(0),
  name: required(string(1, { emit: 'always' })),
  preferredVersion: ref(3, GroupVersionForDiscovery, { emit: 'always' }),
  serverAddressByClientCIDRs: list(4, ServerAddressByClientCIDR, { listType: 'atomic' }),
  versions: required(list(2, GroupVersionForDiscovery, { emit: 'always', listType: 'atomic' })),
});
export interface APIGroup extends Of<typeof APIGroup> {}

export const APIGroupList = struct('io.k8s.apimachinery.pkg.apis.meta.v1.APIGroupList', {
  apiVersion: string(0),
  groups: required(list(1, APIGroup, { emit: 'always', listType: 'atomic' })),
  kind: string(0),
});
export interface APIGroupList extends Of<typeof APIGroupList> {}

export const APIResource = struct('io.k8s.apimachinery.pkg.apis.meta.v1.APIResource', {
  categories: list(7, text, { listType: 'atomic' }),
  group: string(8),
  kind: required(string(3, { emit: 'always' })),
  name: required(string(1, { emit: 'always' })),
  namespaced: required(boolean(2, { emit: 'always' })),
  shortNames: list(5, text, { listType: 'atomic' }),
  singularName: required(string(6, { emit: 'always' })),
  storageVersionHash: string(10),
  verbs: required(list(4, text, { emit: 'always' })),
  version: string(9),
});
export interface APIResource extends Of<typeof APIResource> {}

export const APIResourceList = struct('io.k8s.apimachinery.pkg.apis.meta.v1.APIResourceList', {
  apiVersion: string(0),
  groupVersion: required(string(1, { emit: 'always' })),
  kind: string(0),
  resources: required(list(2, APIResource, { emit: 'always', listType: 'atomic' })),
});
export interface APIResourceList extends Of<typeof APIResourceList> {}

export const APIVersions = struct('io.k8s.apimachinery.pkg.apis.meta.v1.APIVersions', {
  apiVersion: string(0),
  kind: string(0),
  serverAddressByClientCIDRs: required(
    list(2, ServerAddressByClientCIDR, { emit: 'always', listType: 'atomic' }),
  ),
  versions: required(list(1, text, { emit: 'always', listType: 'atomic' })),
});
export interface APIVersions extends Of<typeof APIVersions> {}
