// The unaggregated discovery documents: /api, /apis, /apis/GROUP, /api/v1 and /apis/GROUP/VERSION.
// Pure functions of the groups; the API server caches their bytes until a kind is added or removed.
import type {
  APIGroup,
  APIGroupList,
  APIResource,
  APIResourceList,
  APIVersions,
} from '../meta/v1/discovery.ts';
import { type AnyResource, allVerbs, type Subresource } from '../meta/v1/resource.ts';
import type { ApiGroup, VersionResources } from './groups.ts';

/** `/api`. */
export const apiVersions = (serverAddress: string): APIVersions => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
});

/** `/apis`. */
export const apiGroupList = (groups: readonly ApiGroup[]): APIGroupList => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: groups.filter(({ name }) => name !== '').map(groupEntry),
});

/** `/apis/GROUP`. */
export const apiGroup = (group: ApiGroup): APIGroup => ({
  kind: 'APIGroup',
  apiVersion: 'v1',
  ...groupEntry(group),
});

function groupEntry({ name, versions }: ApiGroup): APIGroup {
  const entries = versions.map(({ version }) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: entries, ...(entries[0] && { preferredVersion: entries[0] }) };
}

/** `/api/v1` and `/apis/GROUP/VERSION`. */
export const apiResourceList = (group: string, { version, kinds }: VersionResources): APIResourceList => ({
  kind: 'APIResourceList',
  ...(group && { apiVersion: 'v1' }),
  groupVersion: group ? `${group}/${version}` : version,
  resources: kinds.flatMap((kind) => [resourceEntry(kind), ...subresourceEntries(kind)]),
});

function resourceEntry({ resource }: AnyResource): APIResource {
  const { plural, singular, namespaced, kind, verbs, shortNames, categories, storageVersionHash } = resource;
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: [...(verbs ?? allVerbs)],
    ...(shortNames && { shortNames: [...shortNames] }),
    ...(categories && { categories: [...categories] }),
    ...(storageVersionHash && { storageVersionHash }),
  };
}

function subresourceEntries({ resource }: AnyResource): APIResource[] {
  return subresourcesOf(resource).map(([name, subresource]) => {
    const { group, version, kind } = subresourceKind(subresource);
    return {
      name: `${resource.plural}/${name}`,
      singularName: '',
      namespaced: resource.namespaced,
      ...(group && { group }),
      ...(version && { version }),
      kind,
      verbs: [...subresource.verbs],
    };
  });
}

export const subresourcesOf = (resource: AnyResource['resource']): [string, Subresource][] =>
  Object.entries(resource.subresources ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));

/** Group and version are omitted where they equal those of the resource. */
export function subresourceKind({ kind }: Subresource): { group: string; version: string; kind: string } {
  const [group, version, name] = kind.split('/');
  return name ? { group: group ?? '', version: version ?? '', kind: name } : { group: '', version: '', kind };
}
