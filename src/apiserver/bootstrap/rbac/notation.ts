// The compact notation of the built-in RBAC objects: words separated by blanks, `core` for the group without a name,
// and three words for what is granted together all the time. Verbs come out sorted, as upstream stores them.
import type { ClusterRole } from '../../../api/kinds/rbac/v1/cluster-role.ts';
import type { ClusterRoleBinding } from '../../../api/kinds/rbac/v1/cluster-role-binding.ts';
import type { PolicyRule, Subject } from '../../../api/kinds/rbac/v1/policy.ts';
import type { Role } from '../../../api/kinds/rbac/v1/role.ts';
import type { RoleBinding } from '../../../api/kinds/rbac/v1/role-binding.ts';

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

/** A rule on resources: groups, resources, verbs, and names if only some objects are meant. */
export const on = (groups: string, resources: string, verbs: string, names?: string): PolicyRule => ({
  apiGroups: words(groups).map((group) => (group === 'core' ? '' : group)),
  ...(names !== undefined && { resourceNames: words(names) }),
  resources: words(resources),
  verbs: verbsOf(verbs),
});

/** A rule on paths that are no resources. */
export const url = (paths: string, verbs: string): PolicyRule => ({
  nonResourceURLs: words(paths),
  verbs: verbsOf(verbs),
});

/** Everybody who does something says so in events. */
export const EVENTS = on('core events.k8s.io', 'events', 'create patch update');

const API = 'rbac.authorization.k8s.io';
const AGGREGATE = `${API}/aggregate-to-`;

const metadata = (name: string, partOf = '') => ({
  name,
  annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
  labels: {
    'kubernetes.io/bootstrapping': 'rbac-defaults',
    ...(partOf && { [`${AGGREGATE}${partOf}`]: 'true' }),
  },
});
const apiVersion = `${API}/v1` as const;

/** `partOf` names the gathering role that takes these rules up. */
export const clusterRole = (name: string, rules: PolicyRule[], partOf?: string): ClusterRole => ({
  apiVersion,
  kind: 'ClusterRole',
  metadata: metadata(name, partOf),
  rules,
});

/** A role that has the rules of all that are part of it. */
export const gathers = (name: string, parts: string, partOf?: string): ClusterRole => ({
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

/** Binds a cluster role everywhere; it usually has the binding's name. */
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
