// The document of aggregated discovery, as kinds. Pure.
import { BUILT_IN_GROUPS } from './built-in-groups.ts';
import type { Kind } from './kind.ts';

interface Resource {
  readonly resource: string;
  readonly responseKind?: { readonly group?: string; readonly version?: string; readonly kind: string };
  readonly scope: string;
  readonly singularResource?: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly subresources?: readonly { readonly subresource: string }[];
}

export interface APIGroupDiscoveryList {
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions?: readonly { readonly version: string; readonly resources?: readonly Resource[] }[];
  }[];
}

/** Each kind once, in the version that its server prefers; only those that can be listed. */
export function kindsOf({ items = [] }: APIGroupDiscoveryList): Kind[] {
  const found = new Map<string, Kind>();
  for (const { metadata, versions = [] } of items) {
    const group = metadata?.name ?? '';
    for (const { version, resources = [] } of versions)
      for (const one of resources) {
        const key = `${group}/${one.resource}`;
        if (!one.verbs.includes('list') || found.has(key)) continue;
        found.set(key, {
          group,
          version,
          kind: one.responseKind?.kind ?? one.resource,
          plural: one.resource,
          singular: one.singularResource ?? '',
          namespaced: one.scope === 'Namespaced',
          verbs: one.verbs,
          shortNames: one.shortNames ?? [],
          custom: !BUILT_IN_GROUPS.has(group),
          subresources: (one.subresources ?? []).map(({ subresource }) => subresource),
        });
      }
  }
  return [...found.values()];
}
