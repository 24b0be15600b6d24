// What is applied when, and what goes: pure. Called by keeper.ts.
import type { KubeObject } from '../../api/meta/v1/resource.ts';

/** An object as a record names it. */
export interface Kept {
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty for objects without one. */
  readonly namespace: string;
  readonly name: string;
}

export const keyOfKept = ({ apiVersion, kind, namespace, name }: Kept): string =>
  // The same object in another version of its group is the same, and so is one whose namespace is only left out.
  [apiVersion.includes('/') ? apiVersion.split('/', 1)[0] : '', kind, namespace || 'default', name].join('|');

export const keptOf = ({ apiVersion = '', kind = '', metadata }: KubeObject, namespace: string): Kept => ({
  apiVersion,
  kind,
  namespace,
  name: metadata.name ?? '',
});

const RANKS: readonly (readonly string[])[] = [
  ['Namespace'],
  ['CustomResourceDefinition'],
  ['PriorityClass', 'StorageClass', 'IngressClass', 'RuntimeClass'],
  ['ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
  ['ConfigMap', 'Secret', 'PersistentVolume', 'PersistentVolumeClaim', 'LimitRange', 'ResourceQuota'],
];

const rankOf = (kind: string): number => {
  const at = RANKS.findIndex((kinds) => kinds.includes(kind));
  // Charts may need anything.
  if (kind === 'HelmChart') return RANKS.length + 1;
  return at < 0 ? RANKS.length : at;
};

/** What others need comes first; otherwise in the order in which they stand. */
export const inOrder = <T extends { readonly object: KubeObject }>(all: readonly T[]): T[] =>
  all.toSorted((a, b) => rankOf(a.object.kind ?? '') - rankOf(b.object.kind ?? ''));

/** What goes is deleted the other way round. */
export const leavingOrder = (all: readonly Kept[]): Kept[] =>
  all.toSorted((a, b) => rankOf(b.kind) - rankOf(a.kind));

/** What was made once and no file has any more. */
export function leaving(before: readonly Kept[], wanted: ReadonlySet<string>): Kept[] {
  return before.filter((one) => !wanted.has(keyOfKept(one)));
}

/** Both lists, each object once. */
export function united(a: readonly Kept[], b: readonly Kept[]): Kept[] {
  return [...new Map([...a, ...b].map((one) => [keyOfKept(one), one])).values()];
}

/** Each object may stand in one file only: two would undo one another for ever. Gives the keys that a file has from another one. */
export function owners(files: readonly { readonly name: string; readonly keys: readonly string[] }[]): {
  readonly ownerOf: ReadonlyMap<string, string>;
  readonly doubled: ReadonlyMap<string, readonly string[]>;
} {
  const ownerOf = new Map<string, string>();
  const doubled = new Map<string, string[]>();
  for (const { name, keys } of files)
    for (const key of keys) {
      const owner = ownerOf.get(key);
      if (owner === undefined) ownerOf.set(key, name);
      else doubled.set(name, [...(doubled.get(name) ?? []), `${key} is in ${owner} too`]);
    }
  return { ownerOf, doubled };
}
