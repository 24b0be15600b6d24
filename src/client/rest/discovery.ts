// The resources that an API server serves, as kinds that a Client accepts: for code that handles kinds it does not know.
// Only names, scope and verbs are known, not fields. Used by the garbage collector, the namespace controller and wherever
// manifests are applied.
import { type AnyResource, resource, type Verb } from '../../api/meta/v1/resource.ts';
import type { Transport } from '../transport/transport.ts';
import { errorOf } from './failure.ts';

const ACCEPT = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

interface DiscoveredResource {
  readonly resource: string;
  readonly responseKind?: { readonly kind?: string };
  readonly scope?: string;
  readonly singularResource?: string;
  readonly verbs?: readonly string[];
}

interface GroupDiscovery {
  readonly metadata?: { readonly name?: string };
  readonly versions?: readonly {
    readonly version: string;
    readonly freshness?: string;
    readonly resources?: readonly DiscoveredResource[];
  }[];
}

export interface Discovered {
  /** The preferred version of every resource. */
  readonly kinds: AnyResource[];
  /** Group versions whose server could not be reached, so that their resources are unknown. */
  readonly stale: string[];
}

export async function discoverKinds(transport: Transport): Promise<Discovered> {
  const [core, named] = await Promise.all([groupsAt(transport, '/api'), groupsAt(transport, '/apis')]);
  const kinds: AnyResource[] = [];
  const stale: string[] = [];
  for (const group of [...core, ...named]) {
    const name = group.metadata?.name ?? '';
    const seen = new Set<string>();
    for (const version of group.versions ?? []) {
      if (version.freshness === 'Stale') stale.push(`${name}/${version.version}`);
      for (const found of version.resources ?? []) {
        if (seen.has(found.resource)) continue;
        seen.add(found.resource);
        kinds.push(kindOf(name, version.version, found));
      }
    }
  }
  return { kinds, stale };
}

async function groupsAt(transport: Transport, path: string): Promise<readonly GroupDiscovery[]> {
  const response = await transport.request({ method: 'GET', path, headers: { accept: ACCEPT } });
  if (response.status >= 400) throw errorOf(response);
  const body = JSON.parse(response.body.toString()) as { kind?: string; items?: GroupDiscovery[] };
  if (body.kind !== 'APIGroupDiscoveryList')
    throw new Error(`${path}: the server does not offer aggregated discovery`);
  return body.items ?? [];
}

function kindOf(group: string, version: string, found: DiscoveredResource): AnyResource {
  const kind = found.responseKind?.kind ?? found.resource;
  return resource(
    `${group || 'core'}.${version}.${kind}`,
    {
      group,
      version,
      kind,
      plural: found.resource,
      singular: found.singularResource ?? kind.toLowerCase(),
      namespaced: found.scope === 'Namespaced',
      verbs: (found.verbs ?? []) as Verb[],
    },
    {},
  );
}

interface ResourceList {
  readonly resources?: readonly {
    readonly name: string;
    readonly kind?: string;
    readonly singularName?: string;
    readonly namespaced?: boolean;
    readonly verbs?: readonly string[];
  }[];
}

/** The versions in which a group is served, the preferred one first; none for a group that is not served. */
export async function groupVersions(transport: Transport, group: string): Promise<string[]> {
  const path = `/apis/${encodeURIComponent(group)}`;
  const response = await transport.request({ method: 'GET', path, headers: { accept: 'application/json' } });
  if (response.status === 404) return [];
  if (response.status >= 400) throw errorOf(response);
  const { versions = [] } = JSON.parse(response.body.toString()) as {
    readonly versions?: readonly { readonly version: string }[];
  };
  return versions.map(({ version }) => version);
}

/** One kind of one version, whether preferred or not; undefined when the server does not serve it. */
export async function discoverKind(
  transport: Transport,
  apiVersion: string,
  kind: string,
): Promise<AnyResource | undefined> {
  const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const response = await transport.request({ method: 'GET', path, headers: { accept: 'application/json' } });
  if (response.status === 404) return undefined;
  if (response.status >= 400) throw errorOf(response);
  const { resources = [] } = JSON.parse(response.body.toString()) as ResourceList;
  const found = resources.find((one) => one.kind === kind && !one.name.includes('/'));
  if (!found) return undefined;
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return kindOf(group, version, {
    resource: found.name,
    responseKind: { kind },
    scope: found.namespaced ? 'Namespaced' : 'Cluster',
    ...(found.singularName && { singularResource: found.singularName }),
    ...(found.verbs && { verbs: found.verbs }),
  });
}
