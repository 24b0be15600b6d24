// Who is granted what by the roles and bindings at hand: for one question, every binding that allows it, with the rule of its role.
// Pure, and with the rules of the API server's own authorizer (api/rbac).
import type { ClusterRole } from '../../../../api/kinds/rbac/v1/cluster-role.ts';
import type { ClusterRoleBinding } from '../../../../api/kinds/rbac/v1/cluster-role-binding.ts';
import type { PolicyRule, Subject } from '../../../../api/kinds/rbac/v1/policy.ts';
import type { Role } from '../../../../api/kinds/rbac/v1/role.ts';
import type { RoleBinding } from '../../../../api/kinds/rbac/v1/role-binding.ts';
import { labelsOf, nameOf, namespaceOf } from '../../../../api/meta/v1/object.ts';
import { Roles, roleKey } from '../../../../api/rbac/roles.ts';
import type { Access, CompiledRule } from '../../../../api/rbac/rules.ts';
import { accountUser, bearerOf } from '../../../../api/rbac/subjects.ts';

export interface RbacObjects {
  readonly roles: readonly Readonly<Role>[];
  readonly clusterRoles: readonly Readonly<ClusterRole>[];
  readonly roleBindings: readonly Readonly<RoleBinding>[];
  readonly clusterRoleBindings: readonly Readonly<ClusterRoleBinding>[];
}

export interface Question extends Access {
  /** Empty: in all namespaces, or not in any. */
  readonly namespace: string;
}

/** A binding that is in effect somewhere. */
export interface Bound {
  readonly binding: { readonly kind: 'RoleBinding' | 'ClusterRoleBinding'; readonly name: string };
  readonly role: { readonly kind: string; readonly name: string };
  /** The namespace in which it is in effect; empty: all of them, and what is in none. */
  readonly scope: string;
}

export interface Grant extends Bound {
  readonly subject: Subject;
  readonly rule: PolicyRule;
  /** The ClusterRole that has the rule, if the bound one has it by aggregation. */
  readonly from?: string;
  /** Objects for which alone the rule is, when the question is about all of them. */
  readonly only?: readonly string[];
}

/** One permission of a subject. */
export interface Permission extends Bound {
  readonly rule: PolicyRule;
  readonly from?: string;
  /** Through which of the subject's names: itself, or one of its groups. */
  readonly through: string;
}

interface BoundRole extends Bound {
  readonly subjects: readonly Subject[];
  /** Undefined: the role does not exist, or may not be read. */
  readonly rules: readonly CompiledRule[] | undefined;
}

export class Grants {
  readonly #bound: readonly BoundRole[];
  /** The ClusterRole in which a rule stands. */
  readonly #home = new Map<PolicyRule, string>();

  constructor({ roles, clusterRoles, roleBindings, clusterRoleBindings }: RbacObjects) {
    const known = new Roles();
    for (const object of [...roles, ...clusterRoles])
      known.put(
        { namespace: namespaceOf(object), name: nameOf(object), labels: labelsOf(object), object },
        false,
      );
    for (const role of clusterRoles)
      if (!role.aggregationRule) for (const rule of role.rules ?? []) this.#home.set(rule, nameOf(role));
    const bound = (object: RoleBinding | ClusterRoleBinding, kind: Bound['binding']['kind']): BoundRole => {
      const scope = namespaceOf(object);
      const { roleRef, subjects = [] } = object;
      return {
        binding: { kind, name: nameOf(object) },
        role: { kind: roleRef.kind, name: roleRef.name },
        scope,
        subjects,
        rules: known.rulesOf(roleKey(roleRef.kind === 'Role' ? scope : '', roleRef.name)),
      };
    };
    this.#bound = [
      ...clusterRoleBindings.map((each) => bound(each, 'ClusterRoleBinding')),
      ...roleBindings.map((each) => bound(each, 'RoleBinding')),
    ];
  }

  /** Cluster-wide bindings first. At most one grant for a subject of a binding: the one with the least restrictions. */
  whoCan(question: Question): Grant[] {
    return this.#bound.flatMap(({ subjects, rules, ...bound }) => {
      if (bound.scope && bound.scope !== question.namespace) return [];
      const covering = (rules ?? []).filter((rule) => rule.covers(question));
      const found =
        covering.find(({ names }) => !names) ??
        covering.find(({ names }) => (question.name ? names?.has(question.name) : true));
      if (!found) return [];
      const only = !question.name && found.names ? [...found.names] : undefined;
      const { source: rule } = found;
      const details = { ...this.#origin(rule, bound), ...(only && { only }) };
      return subjects.map((subject) => ({
        ...bound,
        ...{ subject: inNamespace(subject, bound.scope), rule },
        ...details,
      }));
    });
  }

  /** All permissions of one who has these names, those for all namespaces first. */
  permissionsOf(bearer: Bearer): Permission[] {
    const groups = new Set(bearer.groups);
    return this.#bound.flatMap(({ subjects, rules = [], ...bound }) => {
      const through = subjects
        .map((subject) => bearerOf(subject, bound.scope))
        .find(({ kind, name }) =>
          kind === 'User' ? name === bearer.user : kind === 'Group' && groups.has(name),
        );
      if (!through) return [];
      return rules.map(({ source: rule }) => ({
        ...bound,
        ...{ rule, through: through.kind === 'Group' ? through.name : '' },
        ...this.#origin(rule, bound),
      }));
    });
  }

  /** Bindings of roles that are not at hand. */
  get dangling(): readonly Bound[] {
    return this.#bound
      .filter(({ rules }) => !rules)
      .map(({ binding, role, scope }) => ({ binding, role, scope }));
  }

  #origin(rule: PolicyRule, { role }: Bound): { readonly from?: string } {
    const home = this.#home.get(rule);
    return home !== undefined && role.kind === 'ClusterRole' && home !== role.name ? { from: home } : {};
  }
}

const inNamespace = (subject: Subject, scope: string): Subject =>
  subject.kind === 'ServiceAccount' && !subject.namespace ? { ...subject, namespace: scope } : subject;

/** The names under which bindings may know somebody. */
export interface Bearer {
  /** Undefined for a group. */
  readonly user?: string;
  readonly groups: readonly string[];
}

const AUTHENTICATED = 'system:authenticated';

export const account = (namespace: string, name: string): Bearer => ({
  user: accountUser(namespace, name),
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, AUTHENTICATED],
});

export const user = (name: string, groups: readonly string[] = []): Bearer =>
  name === 'system:anonymous'
    ? { user: name, groups: ['system:unauthenticated'] }
    : { user: name, groups: [...groups, AUTHENTICATED] };

export const group = (name: string): Bearer => ({ groups: [name] });

/** A name that begins as those of service accounts do is one of them. */
export function bearerNamed(
  kind: 'User' | 'Group' | 'ServiceAccount',
  name: string,
  namespace: string,
): Bearer {
  if (kind === 'Group') return group(name);
  if (kind === 'ServiceAccount') return account(namespace, name);
  const [system, word, space, ...rest] = name.split(':');
  const isAccount = system === 'system' && word === 'serviceaccount' && space && rest.length === 1;
  return isAccount ? account(space, rest[0]!) : user(name);
}
