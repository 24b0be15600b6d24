// The RBAC authorizer over the stored roles and bindings. Bindings are indexed by subject, synchronously with every write, and
// decisions are cached per user until the next write of a role or binding: no request scans all bindings, and none is decided
// by a deleted one. Upstream: plugin/pkg/auth/authorizer/rbac/rbac.go.
import type { ClusterRole } from '../../api/kinds/rbac/v1/cluster-role.ts';
import type { ClusterRoleBinding } from '../../api/kinds/rbac/v1/cluster-role-binding.ts';
import type { PolicyRule, RoleRef, Subject } from '../../api/kinds/rbac/v1/policy.ts';
import type { Role } from '../../api/kinds/rbac/v1/role.ts';
import type { RoleBinding } from '../../api/kinds/rbac/v1/role-binding.ts';
import type { User } from '../request.ts';
import type { Item } from '../watch-cache/item.ts';
import type { ResourceCache } from '../watch-cache/resource-cache.ts';
import { type Attributes, type Authorizer, type Decision, NO_OPINION } from './attributes.ts';
import { follow } from './follow.ts';
import { Roles, roleKey, sourcesOf } from './roles.ts';

export interface RbacCaches {
  readonly roles: ResourceCache<Role>;
  readonly clusterRoles: ResourceCache<ClusterRole>;
  readonly roleBindings: ResourceCache<RoleBinding>;
  readonly clusterRoleBindings: ResourceCache<ClusterRoleBinding>;
}

/** One binding of one subject. */
interface Bound {
  readonly role: string;
  readonly roleRef: RoleRef;
  /** The text of the decision's reason. */
  readonly description: string;
}

/** A decision for all object names, or only for `names`. */
interface CachedDecision {
  readonly names: ReadonlySet<string> | undefined;
  readonly decision: Decision;
}

/** Cached decisions of one user, by verb, resource and namespace. The object's name is not in the key: requests for many
 *  objects must not fill the cache. */
type DecisionCache = Map<string, readonly CachedDecision[]>;

/** Caches are cleared when they are full. */
const MAX_DECISIONS = 2000;
const MAX_USERS = 5000;

export class Rbac implements Authorizer {
  readonly #roles = new Roles();
  /** By namespace and subject; the namespace is empty for cluster role bindings. */
  readonly #bound = new Map<string, Map<string, Bound>>();
  /** User objects are shared by all requests of a connection or token, which saves building the key of #byName. */
  #byUser = new WeakMap<User, DecisionCache>();
  #byName = new Map<string, DecisionCache>();

  constructor(caches: RbacCaches) {
    const forget = () => this.#forget();
    for (const cache of [caches.roles, caches.clusterRoles])
      follow(cache, (item, gone) => this.#roles.put(item, gone), forget);
    for (const cache of [caches.roleBindings, caches.clusterRoleBindings])
      follow(cache, (item, gone) => this.#putBinding(item, gone), forget);
  }

  authorize(user: User, attributes: Attributes): Decision {
    const known = this.#cacheOf(user);
    const { verb, group, resource, subresource, namespace, name } = attributes;
    const key = attributes.isResource
      ? `${verb} ${group}/${resource}/${subresource} ${namespace}`
      : `${verb} ${attributes.path}`;
    let decisions = known.get(key);
    if (!decisions) {
      decisions = [...this.#decisions(user, attributes)];
      if (known.size >= MAX_DECISIONS) known.clear();
      known.set(key, decisions);
    }
    for (const { names, decision } of decisions) if (!names || names.has(name)) return decision;
    return NO_OPINION;
  }

  /** The rules that apply to `user` in `namespace`, including those of cluster role bindings. */
  rulesFor(user: User, namespace: string): PolicyRule[] {
    return [...this.#boundTo(user, namespace)].flatMap(({ role }) =>
      sourcesOf(this.#roles.rulesOf(role) ?? []),
    );
  }

  /** The rules of the role that a binding in `namespace` refers to; undefined if it does not exist. */
  rulesOfRole({ kind, name }: RoleRef, namespace: string): PolicyRule[] | undefined {
    const rules = this.#roles.rulesOf(roleKey(kind === 'Role' ? namespace : '', name));
    return rules && sourcesOf(rules);
  }

  #cacheOf(user: User): DecisionCache {
    let known = this.#byUser.get(user);
    if (known) return known;
    const name = `${user.name}\n${user.groups.join('\n')}`;
    known = this.#byName.get(name);
    if (!known) {
      if (this.#byName.size >= MAX_USERS) this.#byName.clear();
      known = new Map();
      this.#byName.set(name, known);
    }
    this.#byUser.set(user, known);
    return known;
  }

  /** In the order in which they are tried. The last one is for all names. */
  *#decisions(user: User, attributes: Attributes): Generator<CachedDecision> {
    const missing: string[] = [];
    for (const { role, roleRef, description } of this.#boundTo(user, attributes.namespace)) {
      const rules = this.#roles.rulesOf(role);
      if (!rules)
        missing.push(`${roleRef.kind.toLowerCase()}.rbac.authorization.k8s.io "${roleRef.name}" not found`);
      for (const { names } of rules?.filter((rule) => rule.covers(attributes)) ?? []) {
        yield { names, decision: { allowed: true, reason: `RBAC: allowed by ${description}` } };
        if (!names) return;
      }
    }
    const reason = missing.length > 1 ? `[${missing.join(', ')}]` : missing[0];
    yield { names: undefined, decision: reason ? { allowed: false, reason: `RBAC: ${reason}` } : NO_OPINION };
  }

  *#boundTo(user: User, namespace: string): Generator<Bound> {
    for (const place of namespace ? ['', namespace] : ['']) {
      yield* this.#bound.get(`${place} user ${user.name}`)?.values() ?? [];
      for (const group of user.groups) yield* this.#bound.get(`${place} group ${group}`)?.values() ?? [];
    }
  }

  #forget(): void {
    this.#byUser = new WeakMap();
    this.#byName = new Map();
  }

  #putBinding(item: Item<RoleBinding | ClusterRoleBinding>, gone: boolean): void {
    const { roleRef, subjects = [] } = item.object;
    const role = roleKey(roleRef.kind === 'Role' ? item.namespace : '', roleRef.name);
    for (const subject of subjects) {
      const key = `${item.namespace} ${subjectKey(subject, item.namespace)}`;
      const bindings = this.#bound.get(key) ?? new Map<string, Bound>();
      if (gone) bindings.delete(item.name);
      else bindings.set(item.name, { role, roleRef, description: describe(item, roleRef, subject) });
      if (bindings.size > 0) this.#bound.set(key, bindings);
      else this.#bound.delete(key);
    }
  }
}

function subjectKey({ kind, name, namespace }: Subject, within: string): string {
  if (kind === 'Group') return `group ${name}`;
  return kind === 'ServiceAccount'
    ? `user system:serviceaccount:${namespace || within}:${name}`
    : `user ${name}`;
}

function describe(binding: Item, { kind, name }: RoleRef, subject: Subject): string {
  const bound = binding.namespace
    ? `RoleBinding ${JSON.stringify(`${binding.name}/${binding.namespace}`)}`
    : `ClusterRoleBinding ${JSON.stringify(binding.name)}`;
  const place = subject.kind === 'ServiceAccount' ? `/${subject.namespace || binding.namespace}` : '';
  return `${bound} of ${kind} ${JSON.stringify(name)} to ${subject.kind} ${JSON.stringify(subject.name + place)}`;
}
