// What a server serves, in the form of /apis and its documents, which is also what kubectl's cache on disk holds.

export interface ServedResource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

export interface ServedGroup {
  readonly name: string;
  readonly versions: readonly { readonly groupVersion: string; readonly version: string }[];
  readonly preferredVersion: { readonly groupVersion: string; readonly version: string };
}

export interface ServedGroups {
  readonly groups: readonly ServedGroup[];
}

export interface ServedResources {
  readonly groupVersion: string;
  readonly resources: readonly ServedResource[];
}

/** All of it: groups in the server's order of priority. */
export interface Served {
  readonly groups: readonly ServedGroup[];
  readonly lists: readonly ServedResources[];
  /** Why the resources of some group versions are not known. */
  readonly failures: ReadonlyMap<string, string>;
}

/** A resource of one group and version: what a request needs to know of a kind. */
export interface Mapping {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The plural, as in paths. */
  readonly resource: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
}

export const apiVersionOf = ({ group, version }: Pick<Mapping, 'group' | 'version'>): string =>
  group ? `${group}/${version}` : version;

/** `deployments.apps`, `pods`. */
export const groupResourceOf = ({ group, resource }: Pick<Mapping, 'group' | 'resource'>): string =>
  group ? `${resource}.${group}` : resource;

/** The path of a kind's collection, of one object, or of its subresource. */
export function pathOf(
  mapping: Pick<Mapping, 'group' | 'version' | 'resource' | 'namespaced'>,
  namespace: string | undefined,
  name?: string,
  subresource?: string,
): string {
  const { group, version, resource, namespaced } = mapping;
  const api = group ? `/apis/${group}/${version}` : `/api/${version}`;
  const inNamespace = namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  const item = name ? `/${encodeURIComponent(name)}` : '';
  return `${api}${inNamespace}/${resource}${item}${subresource ? `/${subresource}` : ''}`;
}
