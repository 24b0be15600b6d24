// Writes of roles and bindings by people who would give away more than they have: refused, unless they are of
// system:masters or have the verb `escalate` on the role, or `bind` on the role that they bind.
// A check of the registry's, asked after admission's own.
import { isDeepStrictEqual } from 'node:util';
import type { ClusterRole } from '../../api/kinds/rbac/v1/cluster-role.ts';
import type { PolicyRule } from '../../api/kinds/rbac/v1/policy.ts';
import type { RoleBinding } from '../../api/kinds/rbac/v1/role-binding.ts';
import { forbidden, notFound } from '../../api/status/status-error.ts';
import type { Attributes as Write } from '../registry/admission.ts';
import type { User } from '../request.ts';
import { type Authorizer, resourceAttributes } from './attributes.ts';
import { MASTERS } from './authorizer.ts';
import { compacted, missingGrants, ruleText } from './covers.ts';
import type { Rbac } from './rbac.ts';

const GROUP = 'rbac.authorization.k8s.io';
const EVERYTHING: readonly PolicyRule[] = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
  { nonResourceURLs: ['*'], verbs: ['*'] },
];

export class EscalationCheck {
  readonly #rbac: Rbac;
  readonly #authorizer: Authorizer;

  constructor(rbac: Rbac, authorizer: Authorizer) {
    this.#rbac = rbac;
    this.#authorizer = authorizer;
  }

  /** Throws a 403 for a write that gives away too much, a 404 for a binding of a role that is not there. */
  validate(write: Write): void {
    const { served, operation, context, object, old } = write;
    const { group, plural } = served.kind.resource;
    if (group !== GROUP || (operation !== 'CREATE' && operation !== 'UPDATE') || !object) return;
    if (context.user.groups.includes(MASTERS)) return;
    if (old && isDeepStrictEqual(withoutBookkeeping(object), withoutBookkeeping(old))) return;
    if (plural === 'roles' || plural === 'clusterroles') this.#role(write, plural);
    else this.#binding(write, plural);
  }

  #role(write: Write, plural: string): void {
    const { context, name, object, old } = write;
    const { namespace, user } = context;
    const resource = { group: GROUP, resource: plural, namespace };
    if (this.#may(user, { verb: 'escalate', ...resource, name: write.operation === 'CREATE' ? '' : name }))
      return;
    const role = object as unknown as ClusterRole;
    const gathers = role.aggregationRule ?? (old as unknown as ClusterRole | undefined)?.aggregationRule;
    if (gathers && this.#complaint(user, namespace, EVERYTHING))
      throw forbidden(
        resource,
        role.metadata.name ?? '',
        'must have cluster-admin privileges to use the aggregationRule',
      );
    this.#confirm(write, plural, role.rules ?? []);
  }

  #binding(write: Write, plural: string): void {
    const { user, namespace } = write.context;
    const { roleRef } = write.object as unknown as RoleBinding;
    const resource = roleRef.kind === 'Role' ? 'roles' : 'clusterroles';
    if (this.#may(user, { verb: 'bind', group: GROUP, resource, namespace, name: roleRef.name })) return;
    const rules = this.#rbac.rulesOfRole(roleRef, namespace);
    if (!rules) throw notFound({ group: GROUP, resource }, roleRef.name);
    this.#confirm(write, plural, rules);
  }

  #may(user: User, what: Parameters<typeof resourceAttributes>[0]): boolean {
    return this.#authorizer.authorize(user, resourceAttributes(what)).allowed;
  }

  #confirm({ context, object }: Write, plural: string, rules: readonly PolicyRule[]): void {
    const complaint = this.#complaint(context.user, context.namespace, rules);
    if (complaint)
      throw forbidden({ group: GROUP, resource: plural }, object!.metadata.name ?? '', complaint);
  }

  #complaint(user: User, namespace: string, rules: readonly PolicyRule[]): string | undefined {
    const missing = missingGrants(this.#rbac.rulesFor(user, namespace), rules);
    if (missing.length === 0) return undefined;
    const lines = [...new Set(compacted(missing).map(ruleText))].sort();
    const groups = user.groups.map((group) => JSON.stringify(group)).join(' ');
    return `user ${JSON.stringify(user.name)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}`;
  }
}

/** What owners and finalizers say is not about rights. */
function withoutBookkeeping(object: object): unknown {
  const { metadata, ...rest } = object as { metadata: Record<string, unknown> };
  const { finalizers, ownerReferences, managedFields, resourceVersion, generation, ...kept } = metadata;
  return { ...rest, metadata: kept };
}
