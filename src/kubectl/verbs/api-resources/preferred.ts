// The resources of a server, each in one version: the preferred one of its group where that has it, or else the first that has. Pure.
import { mappingOf } from '../../discovery/discovery.ts';
import type { Mapping, Served } from '../../discovery/served.ts';

export interface Listed extends Mapping {
  /** As the server gives it, which may be nothing. */
  readonly singularName: string;
}

export function preferredResources({ groups, lists }: Pick<Served, 'groups' | 'lists'>): Listed[] {
  const chosen = new Map<string, Listed>();
  for (const { name: group, versions, preferredVersion } of groups)
    for (const { groupVersion, version } of versions)
      for (const found of lists.find((list) => list.groupVersion === groupVersion)?.resources ?? []) {
        if (found.name.includes('/')) continue;
        const key = `${group}/${found.name}`;
        if (chosen.has(key) && version !== preferredVersion.version) continue;
        chosen.set(key, { ...mappingOf(group, version, found), singularName: found.singularName });
      }
  return [...chosen.values()];
}

/** By group, name or kind; then by name. */
export function inOrder(found: readonly Listed[], sortBy: string): Listed[] {
  const key = (one: Listed) => {
    if (sortBy === 'name') return one.resource;
    return sortBy === 'kind' ? one.kind : one.group;
  };
  const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));
  return [...found].sort((a, b) => compare(key(a), key(b)) || compare(a.resource, b.resource));
}
