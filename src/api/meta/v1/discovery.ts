import { boolean, list, type Of, ref, required, string, struct, text } from '../../schema/notation.ts';

export const GroupVersionForDiscovery = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.GroupVersionForDiscovery',
  {
    groupVersion: required(
      string(1, { doc: 'API group and version in the form group/version.', emit: 'always' }),
    ),
    version: required(string(2, { doc: 'API version in the form version.', emit: 'always' })),
  },
  { doc: 'Version of an API group.' },
);
export interface GroupVersionForDiscovery extends Of<typeof GroupVersionForDiscovery> {}

export const ServerAddressByClientCIDR = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.ServerAddressByClientCIDR',
  {
    clientCIDR: required(string(1, { doc: 'IP range of the clients.', emit: 'always' })),
    serverAddress: required(string(2, { doc: 'Address of the server for these clients.', emit: 'always' })),
  },
  { doc: 'Address of the server for clients in an IP range.' },
);
export interface ServerAddressByClientCIDR extends Of<typeof ServerAddressByClientCIDR> {}

export const APIGroup = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.APIGroup',
  {
    apiVersion: string(0, { doc: 'API group and version of this object.' }),
    kind: string(0, { doc: 'Kind of this object.' }),
    name: required(string(1, { doc: 'Name of the API group.', emit: 'always' })),
    preferredVersion: ref(3, GroupVersionForDiscovery, {
      doc: 'Version that the server prefers.',
      emit: 'always',
    }),
    serverAddressByClientCIDRs: list(4, ServerAddressByClientCIDR, {
      doc: 'Address of the server for clients in an IP range.',
      listType: 'atomic',
    }),
    versions: required(
      list(2, GroupVersionForDiscovery, {
        doc: 'Versions that the server supports.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
  { doc: 'API group and the versions that the server supports.' },
);
export interface APIGroup extends Of<typeof APIGroup> {}

export const APIGroupList = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.APIGroupList',
  {
    apiVersion: string(0, { doc: 'API group and version of this object.' }),
    groups: required(list(1, APIGroup, { doc: 'API groups.', emit: 'always', listType: 'atomic' })),
    kind: string(0, { doc: 'Kind of this object.' }),
  },
  { doc: 'List of API groups.' },
);
export interface APIGroupList extends Of<typeof APIGroupList> {}

export const APIResource = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.APIResource',
  {
    categories: list(7, text, {
      doc: 'Categories that the resource belongs to, such as all.',
      listType: 'atomic',
    }),
    group: string(8, { doc: 'API group of the kind. Empty for that of the list.' }),
    kind: required(string(3, { doc: 'Kind of the objects, such as Pod.', emit: 'always' })),
    name: required(string(1, { doc: 'Plural name of the resource.', emit: 'always' })),
    namespaced: required(boolean(2, { doc: 'Whether the objects are namespaced.', emit: 'always' })),
    shortNames: list(5, text, { doc: 'Short names of the resource.', listType: 'atomic' }),
    singularName: required(string(6, { doc: 'Singular name of the resource.', emit: 'always' })),
    storageVersionHash: string(10, {
      doc: 'Hash of the version in which objects are stored. It changes with that version.',
    }),
    verbs: required(
      list(4, text, {
        doc: 'Verbs that the resource supports, such as get and list.',
        emit: 'always',
        boxed: true,
      }),
    ),
    version: string(9, { doc: 'API version of the kind. Empty for that of the list.' }),
  },
  { doc: 'Name and properties of a resource.' },
);
export interface APIResource extends Of<typeof APIResource> {}

export const APIResourceList = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.APIResourceList',
  {
    apiVersion: string(0, { doc: 'API group and version of this object.' }),
    groupVersion: required(string(1, { doc: 'API group and version of the resources.', emit: 'always' })),
    kind: string(0, { doc: 'Kind of this object.' }),
    resources: required(
      list(2, APIResource, {
        doc: 'Names and properties of the resources.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
  { doc: 'List of the resources of an API group and version.' },
);
export interface APIResourceList extends Of<typeof APIResourceList> {}

export const APIVersions = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.APIVersions',
  {
    apiVersion: string(0, { doc: 'API group and version of this object.' }),
    kind: string(0, { doc: 'Kind of this object.' }),
    serverAddressByClientCIDRs: required(
      list(2, ServerAddressByClientCIDR, {
        doc: 'Address of the server for clients in an IP range.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
    versions: required(
      list(1, text, { doc: 'Versions that the server supports.', emit: 'always', listType: 'atomic' }),
    ),
  },
  { doc: 'Versions of the core API group that the server supports.' },
);
export interface APIVersions extends Of<typeof APIVersions> {}
