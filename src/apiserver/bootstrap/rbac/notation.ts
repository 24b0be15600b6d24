// The notation of the built-in RBAC objects: words separated by blanks, `core` for the core group, and read, write and manage
// for common sets of verbs. Verbs are sorted, as in upstream's stored objects. Called by the files of this folder.
import type { ClusterRole } from '../../../api/kinds/rbac/v1/cluster-role.ts';
import type { ClusterRoleBinding } from '../../../api/kinds/rbac/v1/cluster-role-binding.ts';
import type { PolicyRule, Subject } from '../../../api/kinds/rbac/v1/policy.ts';
import type { Role } from '../../../api/kinds/rbac/v1/role.ts';
import type { RoleBinding } from '../../../api/kinds/rbac/v1/role-binding.ts';

/** Whether a feature gate is on. Asked only for gates that are off by default. */
export type IsOn = (gate: string) => boolean;
export const defaults: IsOn = () => false;

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];
const WORDS: Readonly<Record<string, readonly string[]>> = {
  read: READ,
  write: WRITE,
  manage: [...READ, ...WRITE],
};

const words = (text: string): string[] => text.split(' ');
const verbsOf = (text: string): string[] =>
  words(text)
    .flatMap((word) => WORDS[word] ?? [word])
    .sort();

/** A rule for resources: groups, resources, verbs and, optionally, resourceNames. */
export const on = (groups: string, resources: string, verbs: string, names?: string): PolicyRule => ({
  apiGroups: words(groups).map((group) => (group === 'core' ? '' : group)),
  ...(names !== undefined && { resourceNames: words(names) }),
  resources: words(resources),
  verbs: verbsOf(verbs),
});

/** A rule for non-resource paths. */
export const url = (paths: string, verbs: string): PolicyRule => ({
  nonResourceURLs: words(paths),
  verbs: verbsOf(verbs),
});

/** Most components record events. */
export const EVENTS = on('core events.k8s.io', 'events', 'create patch update');

const API = 'rbac.authorization.k8s.io';
const AGGREGATE = `${API}/aggregate-to-`;

/** Whether the server keeps the object up to date (reconciled.ts). */
export const AUTOUPDATE = 'rbac.authorization.kubernetes.io/autoupdate';

const metadata = (name: string, partOf = '') => ({
  name,
  annotations: { [AUTOUPDATE]: 'true' },
  labels: {
    'kubernetes.io/bootstrapping': 'rbac-defaults',
    ...(partOf && { [`${AGGREGATE}${partOf}`]: 'true' }),
  },
});
const apiVersion = `${API}/v1` as const;

/** `partOf`: the aggregated role that includes these rules, by a label. */
export const clusterRole = (name: string, rules: PolicyRule[], partOf?: string): ClusterRole => ({
  apiVersion,
  kind: 'ClusterRole',
  metadata: metadata(name, partOf),
  rules,
});

/** An aggregated role: it has the rules of all cluster roles labelled as part of `parts`. */
export const aggregated = (name: string, parts: string, partOf?: string): ClusterRole => ({
  aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [`${AGGREGATE}${parts}`]: 'true' } }] },
  apiVersion,
  kind: 'ClusterRole',
  metadata: metadata(name, partOf),
});

export const role = (namespace: string, name: string, rules: PolicyRule[]): Role => ({
  apiVersion,
  kind: 'Role',
  metadata: { ...metadata(name), namespace },
  rules,
});

export const user = (name: string): Subject => ({ apiGroup: API, kind: 'User', name });
export const group = (name: string): Subject => ({ apiGroup: API, kind: 'Group', name });
/** A service account of kube-system. */
export const account = (name: string): Subject => ({
  kind: 'ServiceAccount',
  name,
  namespace: 'kube-system',
});

/** Binds a cluster role in all namespaces; by default the role of the same name. */
export const clusterRoleBinding = (
  name: string,
  subjects: Subject[],
  to: string = name,
): ClusterRoleBinding => ({
  apiVersion,
  kind: 'ClusterRoleBinding',
  metadata: metadata(name),
  roleRef: { apiGroup: API, kind: 'ClusterRole', name: to },
  ...(subjects.length > 0 && { subjects }),
});

export const roleBinding = (
  namespace: string,
  name: string,
  subjects: Subject[],
  to: string = name,
): RoleBinding => ({
  apiVersion,
  kind: 'RoleBinding',
  metadata: { ...metadata(name), namespace },
  roleRef: { apiGroup: API, kind: 'Role', name: to },
  subjects,
});
