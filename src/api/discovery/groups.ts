// The groups and versions in discovery order. Used by documents.ts and aggregated.ts.
// Upstream: calculateAPIGroupsLocked in staging/src/k8s.io/apiserver/pkg/endpoints/discovery/aggregated/handler.go.
import { largest } from '../../kit/lists.ts';
import type { AnyResource } from '../meta/v1/resource.ts';
import { localPriority, type Priority } from './priorities.ts';
import type { VersionDiscovery } from './version-discovery.ts';

export interface VersionResources {
  readonly version: string;
  readonly priority: Priority;
  readonly kinds: readonly AnyResource[];
  /** Of a version that another server serves: what that server tells about it, instead of `kinds`. */
  readonly remote?: VersionDiscovery;
}

/** A version that another server serves. */
export interface RemoteVersion {
  readonly group: string;
  readonly version: string;
  readonly priority: Priority;
  readonly discovery: VersionDiscovery;
}

export interface ApiGroup {
  /** Empty for the core group. */
  readonly name: string;
  /** The preferred one first. */
  readonly versions: readonly VersionResources[];
}

/** The higher priority first, then by name. */
function compareGroups(a: ApiGroup, b: ApiGroup): number {
  const byPriority = priorityOfGroup(b) - priorityOfGroup(a);
  return byPriority || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

const priorityOfGroup = ({ versions }: ApiGroup): number =>
  largest(versions.map(({ priority }) => priority.group));

const versionShape = /^v(\d+)(?:(alpha|beta)(\d+))?$/;
const maturity = { alpha: 0, beta: 1 };

/** Stable before beta before alpha, higher numbers first, names that are no versions last. */
export function compareVersions(a: string, b: string): number {
  const left = versionRank(a);
  const right = versionRank(b);
  for (let i = 0; i < left.length; i++) {
    const difference = (right[i] as number) - (left[i] as number);
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

function versionRank(version: string): number[] {
  const match = versionShape.exec(version);
  if (!match) return [-1, 0, 0];
  const stage = match[2] as keyof typeof maturity | undefined;
  return [stage ? maturity[stage] : 2, Number(match[1]), Number(match[3] ?? 0)];
}

/** The priority of a group and version of this server. */
export type PriorityOf = (group: string, version: string) => Priority | undefined;

/** Of the kinds that this server serves, and of the versions that other servers serve, which hide its own. `priorityOf` comes before
 *  the built-in priorities. */
export function groupsOf(
  kinds: readonly AnyResource[],
  remotes: readonly RemoteVersion[] = [],
  priorityOf: PriorityOf = () => undefined,
): ApiGroup[] {
  const groups = new Map<string, Map<string, VersionResources>>();
  const versionsOf = (group: string) => {
    const known = groups.get(group);
    if (known) return known;
    const made = new Map<string, VersionResources>();
    groups.set(group, made);
    return made;
  };
  for (const [key, members] of Map.groupBy(
    kinds,
    ({ resource }) => `${resource.group}/${resource.version}`,
  )) {
    const [group = '', version = ''] = key.split('/');
    const priority = priorityOf(group, version) ?? localPriority(group, version);
    versionsOf(group).set(version, { version, priority, kinds: byPlural(members) });
  }
  for (const { group, version, priority, discovery } of remotes)
    versionsOf(group).set(version, { version, priority, kinds: [], remote: discovery });
  return [...groups]
    .map(([name, versions]) => ({ name, versions: [...versions.values()].sort(comparePriorities) }))
    .sort(compareGroups);
}

const comparePriorities = (a: VersionResources, b: VersionResources): number =>
  b.priority.version - a.priority.version || compareVersions(a.version, b.version);

const byPlural = (kinds: readonly AnyResource[]): AnyResource[] =>
  kinds.toSorted((a, b) => (a.resource.plural < b.resource.plural ? -1 : 1));
