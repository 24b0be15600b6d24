// Privilege escalation prevention of RBAC: a user may create or update a role or binding only with permissions that the user
// already has, unless in system:masters or with the verb `escalate` on the role, or `bind` on the role of the binding.
// Upstream checks this in the registries of these kinds (pkg/registry/rbac/*/policybased): it is always on, unlike plug-ins.
// Rules: authz/covers.ts. Called by chain.ts.
import { isDeepStrictEqual } from 'node:util';
import { ClusterRole } from '../../api/kinds/rbac/v1/cluster-role.ts';
import { ClusterRoleBinding } from '../../api/kinds/rbac/v1/cluster-role-binding.ts';
import type { PolicyRule, RoleRef } from '../../api/kinds/rbac/v1/policy.ts';
import { Role } from '../../api/kinds/rbac/v1/role.ts';
import { RoleBinding } from '../../api/kinds/rbac/v1/role-binding.ts';
import { forbidden, notFound } from '../../api/status/status-error.ts';
import { resourceAttributes } from '../authz/attributes.ts';
import { MASTERS } from '../authz/authorizer.ts';
import { compacted, missingGrants, ruleText } from '../authz/covers.ts';
import { type AdmissionAttributes, concerns } from '../registry/admission.ts';
import { targetOf } from '../registry/resource.ts';
import type { Plugin, PluginOptions } from './plugin.ts';
import { withoutCollectorFields } from './without-collector-fields.ts';

const GROUP = 'rbac.authorization.k8s.io';
const EVERYTHING: readonly PolicyRule[] = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
  { nonResourceURLs: ['*'], verbs: ['*'] },
];

type Write = AdmissionAttributes;

export function escalation({ authorizer, rbac }: PluginOptions): Plugin {
  return {
    name: 'RbacEscalation',
    validate(write) {
      const { user, object, old } = write;
      if (write.kind.resource.group !== GROUP || !object || user.groups.includes(MASTERS)) return;
      if (old && isDeepStrictEqual(withoutCollectorFields(object), withoutCollectorFields(old))) return;
      if (concerns(write, Role)) checkRules(write, write.object?.rules ?? [], false);
      else if (concerns(write, ClusterRole))
        checkRules(
          write,
          write.object?.rules ?? [],
          Boolean(write.object?.aggregationRule ?? write.old?.aggregationRule),
        );
      else if (concerns(write, RoleBinding) || concerns(write, ClusterRoleBinding))
        checkBinding(write, write.object!.roleRef);
    },
  };

  function checkRules(write: Write, rules: readonly PolicyRule[], aggregates: boolean): void {
    const { resource } = targetOf(write);
    const name = write.operation === 'CREATE' ? '' : write.name;
    if (isAllowed(write, 'escalate', resource, name)) return;
    if (aggregates && escalationError(write, EVERYTHING))
      throw forbidden(
        targetOf(write),
        write.object!.metadata?.name ?? '',
        'must have cluster-admin privileges to use the aggregationRule',
      );
    refuseUngranted(write, rules);
  }

  function checkBinding(write: Write, roleRef: RoleRef): void {
    const resource = roleRef.kind === 'Role' ? 'roles' : 'clusterroles';
    if (isAllowed(write, 'bind', resource, roleRef.name)) return;
    const rules = rbac.rulesOfRole(roleRef, write.namespace);
    if (!rules) throw notFound({ group: GROUP, resource }, roleRef.name);
    refuseUngranted(write, rules);
  }

  function isAllowed({ user, namespace }: Write, verb: string, resource: string, name: string): boolean {
    const requested = resourceAttributes({ verb, group: GROUP, resource, namespace, name });
    return authorizer.authorize(user, requested).allowed;
  }

  function refuseUngranted(write: Write, rules: readonly PolicyRule[]): void {
    const message = escalationError(write, rules);
    if (message) throw forbidden(targetOf(write), write.object!.metadata?.name ?? '', message);
  }

  function escalationError({ user, namespace }: Write, rules: readonly PolicyRule[]): string | undefined {
    const missing = missingGrants(rbac.rulesFor(user, namespace), rules);
    if (missing.length === 0) return undefined;
    const lines = [...new Set(compacted(missing).map(ruleText))].sort();
    const groups = user.groups.map((group) => JSON.stringify(group)).join(' ');
    return `user ${JSON.stringify(user.name)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}`;
  }
}
