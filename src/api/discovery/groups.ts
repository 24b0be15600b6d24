// The groups and versions in discovery order, which decides which group
// `kubectl get NAME` refers to. Used by documents.ts and aggregated.ts.
import type { AnyResource } from '../meta/v1/resource.ts';

export interface VersionResources {
  readonly version: string;
  readonly kinds: readonly AnyResource[];
}

export interface ApiGroup {
  /** Empty for the core group. */
  readonly name: string;
  /** The preferred one first. */
  readonly versions: readonly VersionResources[];
}

const builtInOrder = [
  '',
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'resource.k8s.io',
  'flowcontrol.apiserver.k8s.io',
];

const rank = new Map(builtInOrder.map((name, index) => [name, index]));

/** Built-in groups in their order, then all others by name. */
export function compareGroups(a: string, b: string): number {
  const byRank = (rank.get(a) ?? builtInOrder.length) - (rank.get(b) ?? builtInOrder.length);
  return byRank || (a < b ? -1 : a > b ? 1 : 0);
}

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

export function groupsOf(kinds: readonly AnyResource[]): ApiGroup[] {
  const groups = new Map<string, Map<string, AnyResource[]>>();
  for (const kind of kinds) {
    const { group, version } = kind.resource;
    const versions = groups.get(group) ?? new Map<string, AnyResource[]>();
    groups.set(group, versions);
    versions.set(version, [...(versions.get(version) ?? []), kind]);
  }
  return [...groups.keys()].sort(compareGroups).map((name) => ({
    name,
    versions: [...(groups.get(name) ?? [])]
      .sort(([a], [b]) => compareVersions(a, b))
      .map(([version, members]) => ({ version, kinds: byPlural(members) })),
  }));
}

const byPlural = (kinds: readonly AnyResource[]): AnyResource[] =>
  kinds.toSorted((a, b) => (a.resource.plural < b.resource.plural ? -1 : 1));
