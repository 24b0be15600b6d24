import { boolean, list, type Of, ref, required, string, struct, text } from '../../schema/notation.ts';

export const GroupVersionForDiscovery = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.GroupVersionForDiscovery',
  {
    groupVersion: required(
      string(1, { doc: 'Group and version together, as in apiVersion.', emit: 'always' }),
    ),
    version: required(string(2, { doc: 'The version alone.', emit: 'always' })),
  },
  { doc: 'One version of a group.' },
);
export interface GroupVersionForDiscovery extends Of<typeof GroupVersionForDiscovery> {}

export const ServerAddressByClientCIDR = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.ServerAddressByClientCIDR',
  {
    clientCIDR: required(string(1, { doc: "The clients' addresses, as a range.", emit: 'always' })),
    serverAddress: required(string(2, { doc: 'Where these clients reach the server.', emit: 'always' })),
  },
  { doc: 'Which address serves which clients.' },
);
export interface ServerAddressByClientCIDR extends Of<typeof ServerAddressByClientCIDR> {}

export const APIGroup = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.APIGroup',
  {
    apiVersion: string(0, { doc: 'The group and version this object is written in.' }),
    kind: string(0, { doc: 'What kind of object this is.' }),
    name: required(string(1, { doc: "The group's name.", emit: 'always' })),
    preferredVersion: ref(3, GroupVersionForDiscovery, {
      doc: 'The version that clients should use.',
      emit: 'always',
    }),
    serverAddressByClientCIDRs: list(4, ServerAddressByClientCIDR, {
      doc: 'Which address serves which clients.',
      listType: 'atomic',
    }),
    versions: required(
      list(2, GroupVersionForDiscovery, {
        doc: 'The versions that are served.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
  { doc: 'An API group and its versions.' },
);
export interface APIGroup extends Of<typeof APIGroup> {}

export const APIGroupList = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.APIGroupList',
  {
    apiVersion: string(0, { doc: 'The group and version this object is written in.' }),
    groups: required(
      list(1, APIGroup, { doc: 'The groups, one by one.', emit: 'always', listType: 'atomic' }),
    ),
    kind: string(0, { doc: 'What kind of object this is.' }),
  },
  { doc: 'All API groups.' },
);
export interface APIGroupList extends Of<typeof APIGroupList> {}

export const APIResource = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.APIResource',
  {
    categories: list(7, text, {
      doc: 'Words such as all that stand for many resources.',
      listType: 'atomic',
    }),
    group: string(8, { doc: "The group of the kind; the list's when absent." }),
    kind: required(string(3, { doc: 'The kind of its objects.', emit: 'always' })),
    name: required(string(1, { doc: "The resource's name in paths, in the plural.", emit: 'always' })),
    namespaced: required(boolean(2, { doc: 'Whether its objects live in namespaces.', emit: 'always' })),
    shortNames: list(5, text, { doc: 'Short names, such as po.', listType: 'atomic' }),
    singularName: required(string(6, { doc: "The resource's name in the singular.", emit: 'always' })),
    storageVersionHash: string(10, { doc: 'Changes when objects are stored in another version.' }),
    verbs: required(list(4, text, { doc: 'What can be done, such as get and list.', emit: 'always' })),
    version: string(9, { doc: "The version of the kind; the list's when absent." }),
  },
  { doc: 'A resource and what can be done with it.' },
);
export interface APIResource extends Of<typeof APIResource> {}

export const APIResourceList = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.APIResourceList',
  {
    apiVersion: string(0, { doc: 'The group and version this object is written in.' }),
    groupVersion: required(string(1, { doc: 'The group and version of the resources.', emit: 'always' })),
    kind: string(0, { doc: 'What kind of object this is.' }),
    resources: required(
      list(2, APIResource, { doc: 'The resources, one by one.', emit: 'always', listType: 'atomic' }),
    ),
  },
  { doc: 'The resources of one group and version.' },
);
export interface APIResourceList extends Of<typeof APIResourceList> {}

export const APIVersions = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.APIVersions',
  {
    apiVersion: string(0, { doc: 'The group and version this object is written in.' }),
    kind: string(0, { doc: 'What kind of object this is.' }),
    serverAddressByClientCIDRs: required(
      list(2, ServerAddressByClientCIDR, {
        doc: 'Which address serves which clients.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
    versions: required(
      list(1, text, { doc: 'The versions that are served.', emit: 'always', listType: 'atomic' }),
    ),
  },
  { doc: 'The versions of the core group.' },
);
export interface APIVersions extends Of<typeof APIVersions> {}
