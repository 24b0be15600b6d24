// What doors may read, beyond other nodes: the objects of Ingress and Gateway API, and of all Secrets and ConfigMaps those that Ingresses
// and Gateways lead to, each by its name. It is written down as RBAC, so that it can be seen and that any API server decides by it. Pure.
// Called by server-doors.ts.
import type { Secret } from '../../api/kinds/core/v1/secret.ts';
import type { ClusterRole } from '../../api/kinds/rbac/v1/cluster-role.ts';
import type { ClusterRoleBinding } from '../../api/kinds/rbac/v1/cluster-role-binding.ts';
import type { PolicyRule } from '../../api/kinds/rbac/v1/policy.ts';
import type { Role } from '../../api/kinds/rbac/v1/role.ts';
import type { RoleBinding } from '../../api/kinds/rbac/v1/role-binding.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { MADE_FOR } from '../../api/nodes/doors.ts';
import type { ReadObjects } from '../../gateway/part.ts';

const RBAC = 'rbac.authorization.k8s.io';
export const DOOR_ROLE = 'tiphys:door';
const READ = ['get', 'list', 'watch'];

/** Passwords of machines, which no Ingress needs: whoever may write one could have them read otherwise. */
const NEVER = new Set([
  'bootstrap.kubernetes.io/token',
  'kubernetes.io/dockercfg',
  'kubernetes.io/dockerconfigjson',
  'kubernetes.io/service-account-token',
  'kubernetes.io/ssh-auth',
]);

export const isForDoors = ({ type = 'Opaque' }: Readonly<Secret>): boolean => !NEVER.has(type);

const reads = (group: string, ...resources: string[]): PolicyRule => ({
  apiGroups: [group],
  resources,
  verbs: READ,
});

export const doorRole: ClusterRole = {
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRole',
  metadata: { name: DOOR_ROLE, labels: { [MADE_FOR]: 'all' } },
  rules: [
    reads('networking.k8s.io', 'ingresses', 'ingressclasses'),
    reads(
      'gateway.networking.k8s.io',
      ...['backendtlspolicies', 'gatewayclasses', 'gateways', 'grpcroutes', 'httproutes', 'listenersets'],
      ...['referencegrants', 'tcproutes', 'tlsroutes', 'udproutes'],
    ),
    reads('gateway.tiphys.io', 'routepolicies'),
  ],
};

/** `doors`: names of nodes. */
const subjectsOf = (doors: readonly string[]) =>
  doors.toSorted().map((name) => ({ apiGroup: RBAC, kind: 'User', name: `system:node:${name}` }));

export const doorBinding = (doors: readonly string[]): ClusterRoleBinding => ({
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { name: DOOR_ROLE, labels: { [MADE_FOR]: 'all' } },
  roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: DOOR_ROLE },
  subjects: subjectsOf(doors),
});

/** One Role with its binding for each namespace of which something is read. */
export function grantsOf(
  read: readonly ReadObjects[],
  doors: readonly string[],
): { readonly roles: Role[]; readonly bindings: RoleBinding[] } {
  if (doors.length === 0) return { roles: [], bindings: [] };
  const secrets = Map.groupBy(read.flatMap((one) => one.secrets).filter(isForDoors), namespaceOf);
  const maps = Map.groupBy(
    read.flatMap(({ configMaps }) => configMaps),
    namespaceOf,
  );
  const namespaces = [...new Set([...secrets.keys(), ...maps.keys()])].sort();
  const metadataOf = (namespace: string) => ({
    ...{ name: DOOR_ROLE, namespace },
    labels: { [MADE_FOR]: 'all' },
  });
  const rule = (resource: string, objects: readonly Parameters<typeof nameOf>[0][] = []): PolicyRule[] =>
    objects.length === 0
      ? []
      : [
          {
            ...reads('', resource),
            resourceNames: [...new Set(objects.map(nameOf))].sort(),
          },
        ];
  return {
    roles: namespaces.map((namespace) => ({
      apiVersion: `${RBAC}/v1`,
      kind: 'Role',
      metadata: metadataOf(namespace),
      rules: [...rule('secrets', secrets.get(namespace)), ...rule('configmaps', maps.get(namespace))],
    })),
    bindings: namespaces.map((namespace) => ({
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata: metadataOf(namespace),
      roleRef: { apiGroup: RBAC, kind: 'Role', name: DOOR_ROLE },
      subjects: subjectsOf(doors),
    })),
  };
}
