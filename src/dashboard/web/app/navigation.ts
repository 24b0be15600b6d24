// The kinds that the navigation shows, group by group; which of them are there is up to the server. Pure.

import { BUILT_IN_GROUPS } from '../api/built-in-groups.ts';
import type { Kind } from '../api/kind.ts';
import type { Group } from './page.ts';

interface Entry {
  readonly group: string;
  readonly plural: string;
  /** After `g`. */
  readonly key?: string;
}

const shown: Readonly<Record<Exclude<Group, 'Custom'>, readonly Entry[]>> = {
  Cluster: [
    { group: '', plural: 'namespaces', key: 'm' },
    { group: '', plural: 'events', key: 'e' },
  ],
  Workloads: [
    { group: '', plural: 'pods', key: 'p' },
    { group: 'apps', plural: 'deployments', key: 'd' },
    { group: 'apps', plural: 'statefulsets', key: 't' },
    { group: 'apps', plural: 'daemonsets' },
    { group: 'apps', plural: 'replicasets' },
    { group: 'batch', plural: 'jobs', key: 'j' },
    { group: 'batch', plural: 'cronjobs' },
    { group: 'autoscaling', plural: 'horizontalpodautoscalers' },
    { group: 'policy', plural: 'poddisruptionbudgets' },
  ],
  Network: [
    { group: '', plural: 'services', key: 's' },
    { group: 'networking.k8s.io', plural: 'ingresses', key: 'i' },
    { group: 'gateway.networking.k8s.io', plural: 'gateways' },
    { group: 'gateway.networking.k8s.io', plural: 'httproutes' },
    { group: 'networking.k8s.io', plural: 'networkpolicies' },
    { group: 'discovery.k8s.io', plural: 'endpointslices' },
  ],
  Configuration: [
    { group: '', plural: 'configmaps', key: 'f' },
    { group: '', plural: 'secrets' },
    { group: '', plural: 'resourcequotas' },
    { group: '', plural: 'limitranges' },
    { group: 'scheduling.k8s.io', plural: 'priorityclasses' },
  ],
  Storage: [
    { group: '', plural: 'persistentvolumeclaims', key: 'v' },
    { group: '', plural: 'persistentvolumes' },
    { group: 'storage.k8s.io', plural: 'storageclasses' },
  ],
  Access: [
    { group: '', plural: 'serviceaccounts' },
    { group: 'rbac.authorization.k8s.io', plural: 'roles' },
    { group: 'rbac.authorization.k8s.io', plural: 'rolebindings' },
    { group: 'rbac.authorization.k8s.io', plural: 'clusterroles' },
    { group: 'rbac.authorization.k8s.io', plural: 'clusterrolebindings' },
  ],
};

export interface KindEntry {
  readonly kind: Kind;
  readonly title: string;
  readonly key: string | undefined;
}

export function kindsOfGroup(group: Group, kinds: readonly Kind[]): KindEntry[] {
  if (group === 'Custom')
    return kinds
      .filter((kind) => !BUILT_IN_GROUPS.has(kind.group))
      .map((kind) => ({ kind, title: titleOf(kind), key: undefined }));
  return shown[group].flatMap(({ group: of, plural, key }) => {
    const kind = kinds.find((one) => one.group === of && one.plural === plural);
    return kind ? [{ kind, title: titleOf(kind), key }] : [];
  });
}

/** `NetworkPolicies`: the kind's name with the end of its plural. */
export function titleOf({ kind, plural }: Pick<Kind, 'kind' | 'plural'>): string {
  const singular = kind.toLowerCase();
  if (plural.startsWith(singular)) return kind + plural.slice(singular.length);
  const stem = singular.slice(0, -1);
  return singular.endsWith('y') && plural.startsWith(stem)
    ? kind.slice(0, -1) + plural.slice(stem.length)
    : kind;
}
