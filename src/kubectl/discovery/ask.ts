// Asks a server what it serves: the aggregated form in two requests, or, of a server that has none, document by document.
import type { Requests } from '../session/requests.ts';
import type { Served, ServedGroup, ServedResource, ServedResources } from './served.ts';

const AGGREGATED =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

interface AggregatedResource {
  readonly resource: string;
  readonly responseKind?: { readonly group?: string; readonly version?: string; readonly kind?: string };
  readonly scope?: string;
  readonly singularResource?: string;
  readonly verbs?: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly {
    readonly subresource: string;
    readonly responseKind?: { readonly group?: string; readonly version?: string; readonly kind?: string };
    readonly verbs?: readonly string[];
  }[];
}

interface AggregatedGroup {
  readonly metadata?: { readonly name?: string };
  readonly versions?: readonly {
    readonly version: string;
    readonly freshness?: string;
    readonly resources?: readonly AggregatedResource[];
  }[];
}

interface Answer {
  readonly kind?: string;
  readonly items?: readonly AggregatedGroup[];
  readonly versions?: readonly string[];
  readonly groups?: readonly ServedGroup[];
}

export async function askServer(requests: Requests): Promise<Served> {
  const ask = (path: string) => requests.json<Answer>({ path, headers: { accept: AGGREGATED } });
  const [core, named] = await Promise.all([ask('/api'), ask('/apis')]);
  const lists: ServedResources[] = [];
  const groups: ServedGroup[] = [];
  const failures = new Map<string, string>();
  const missing: string[] = [];
  for (const answer of [core, named]) {
    if (answer.kind === 'APIGroupDiscoveryList') {
      for (const item of answer.items ?? []) {
        const group = groupOf(item, lists, failures);
        if (group) groups.push(group);
      }
    } else {
      const old = answer.groups ?? [coreGroup(answer.versions ?? [])];
      for (const group of old) {
        groups.push(group);
        for (const { groupVersion } of group.versions) missing.push(groupVersion);
      }
    }
  }
  await Promise.all(
    missing.map(async (groupVersion) => {
      const path = groupVersion.includes('/') ? `/apis/${groupVersion}` : `/api/${groupVersion}`;
      try {
        const { resources } = await requests.json<{ resources?: readonly ServedResource[] }>({ path });
        lists.push({ groupVersion, resources: resources ?? [] });
      } catch (error) {
        failures.set(groupVersion, (error as Error).message);
      }
    }),
  );
  return { groups, lists, failures };
}

const coreGroup = (versions: readonly string[]): ServedGroup => {
  const named = versions.map((version) => ({ groupVersion: version, version }));
  return { name: '', versions: named, preferredVersion: named[0] ?? { groupVersion: 'v1', version: 'v1' } };
};

function groupOf(
  item: AggregatedGroup,
  lists: ServedResources[],
  failures: Map<string, string>,
): ServedGroup | undefined {
  const name = item.metadata?.name ?? '';
  const versions = (item.versions ?? []).map(({ version }) => ({
    groupVersion: name ? `${name}/${version}` : version,
    version,
  }));
  const [preferredVersion] = versions;
  if (!preferredVersion) return undefined;
  for (const { version, freshness, resources } of item.versions ?? []) {
    const groupVersion = name ? `${name}/${version}` : version;
    if (freshness === 'Stale') failures.set(groupVersion, `stale GroupVersion discovery: ${groupVersion}`);
    else lists.push({ groupVersion, resources: (resources ?? []).flatMap(resourcesOf) });
  }
  return { name, versions, preferredVersion };
}

function resourcesOf(found: AggregatedResource): ServedResource[] {
  const namespaced = found.scope === 'Namespaced';
  // As client-go keeps them: another kubectl reads this cache, too.
  const own = (kind: AggregatedResource['responseKind']) => ({
    ...(kind?.group && { group: kind.group }),
    ...(kind?.version && { version: kind.version }),
    kind: kind?.kind ?? '',
  });
  const main: ServedResource = {
    name: found.resource,
    singularName: found.singularResource ?? '',
    namespaced,
    ...own(found.responseKind),
    verbs: found.verbs ?? [],
    ...(found.shortNames?.length && { shortNames: found.shortNames }),
    ...(found.categories?.length && { categories: found.categories }),
  };
  const parts = (found.subresources ?? []).map((part) => ({
    name: `${found.resource}/${part.subresource}`,
    singularName: main.singularName,
    namespaced,
    ...own(part.responseKind),
    verbs: part.verbs ?? [],
  }));
  return [main, ...parts];
}
