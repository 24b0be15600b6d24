// The RBAC authorizer over the stored roles and bindings. Bindings are indexed by subject, synchronously with every write, and
// decisions are cached per user until the next write of a role or binding: no request scans all bindings, and none is decided
// by a deleted one. Upstream: plugin/pkg/auth/authorizer/rbac/rbac.go.
import type { ClusterRole } from '../../api/kinds/rbac/v1/cluster-role.ts';
import type { ClusterRoleBinding } from '../../api/kinds/rbac/v1/cluster-role-binding.ts';
import type { PolicyRule, RoleRef, Subject } from '../../api/kinds/rbac/v1/policy.ts';
import type { Role } from '../../api/kinds/rbac/v1/role.ts';
import type { RoleBinding } from '../../api/kinds/rbac/v1/role-binding.ts';
import { Roles, roleKey, sourcesOf } from '../../api/rbac/roles.ts';
import { bearerOf } from '../../api/rbac/subjects.ts';
import { compositeKey } from '../../kit/composite-key.ts';
import type { User } from '../request.ts';
import type { Item } from '../watch-cache/item.ts';
import type { ResourceCache } from '../watch-cache/resource-cache.ts';
import {
  type Attributes,
  type Decision,
  type LocalAuthorizer,
  NO_OPINION,
  type UserRules,
} from './attributes.ts';
import { follow } from './follow.ts';

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

/** Cached decisions of one user, by question. */
type DecisionCache = Map<string, readonly CachedDecision[]>;

/** Users and decisions in the cache, together; it is cleared when it is full. */
const MAX_ENTRIES = 20_000;
/** Characters of a cached question or user. Longer ones are decided anew each time: an access review may name users, groups
 *  and paths of any length, and the cache must not grow with them. */
const MAX_KEY = 1000;

export class Rbac implements LocalAuthorizer {
  readonly #roles = new Roles();
  /** By namespace and subject; the namespace is empty for cluster role bindings. */
  readonly #bound = new Map<string, Map<string, Bound>>();
  /** User objects are shared by all requests of a connection or token, which saves building the key of #byName. */
  #byUser = new WeakMap<User, DecisionCache>();
  #byName = new Map<string, DecisionCache>();
  #entries = 0;

  constructor(caches: RbacCaches) {
    const forget = () => this.#forget();
    for (const cache of [caches.roles, caches.clusterRoles])
      follow(cache, (item, gone) => this.#roles.put(item, gone), forget);
    for (const cache of [caches.roleBindings, caches.clusterRoleBindings])
      follow(cache, (item, gone) => this.#putBinding(item, gone), forget);
  }

  authorize(user: User, attributes: Attributes): Decision {
    for (const { names, decision } of this.#decided(user, attributes))
      if (!names || names.has(attributes.name)) return decision;
    return NO_OPINION;
  }

  #decided(user: User, attributes: Attributes): readonly CachedDecision[] {
    if (this.#entries >= MAX_ENTRIES) this.#forget();
    const known = this.#cacheOf(user);
    const key = questionKey(attributes);
    const cached = known?.get(key);
    if (cached) return cached;
    const decisions = [...this.#decisions(user, attributes)];
    if (known && key.length <= MAX_KEY) {
      known.set(key, decisions);
      this.#entries++;
    }
    return decisions;
  }

  /** The rules that apply to `user` in `namespace`, including those of cluster role bindings. */
  rulesFor(user: User, namespace: string): PolicyRule[] {
    return [...this.#boundTo(user, namespace)].flatMap(({ role }) =>
      sourcesOf(this.#roles.rulesOf(role) ?? []),
    );
  }

  userRules(user: User, namespace: string): UserRules {
    return { rules: this.rulesFor(user, namespace) };
  }

  /** The rules of the role that a binding in `namespace` refers to; undefined if it does not exist. */
  rulesOfRole({ kind, name }: RoleRef, namespace: string): PolicyRule[] | undefined {
    const rules = this.#roles.rulesOf(roleKey(kind === 'Role' ? namespace : '', name));
    return rules && sourcesOf(rules);
  }

  /** Undefined if the user's name and groups are too long to be cached. */
  #cacheOf(user: User): DecisionCache | undefined {
    let known = this.#byUser.get(user);
    if (known) return known;
    const name = compositeKey([user.name, ...user.groups]);
    if (name.length > MAX_KEY) return undefined;
    known = this.#byName.get(name);
    if (!known) {
      known = new Map();
      this.#byName.set(name, known);
      this.#entries++;
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
      yield* this.#bound.get(compositeKey([place, 'User', user.name]))?.values() ?? [];
      for (const group of user.groups)
        yield* this.#bound.get(compositeKey([place, 'Group', group]))?.values() ?? [];
    }
  }

  #forget(): void {
    this.#byUser = new WeakMap();
    this.#byName = new Map();
    this.#entries = 0;
  }

  #putBinding(item: Item<RoleBinding | ClusterRoleBinding>, gone: boolean): void {
    const { roleRef, subjects = [] } = item.object;
    const role = roleKey(roleRef.kind === 'Role' ? item.namespace : '', roleRef.name);
    for (const subject of subjects) {
      const key = subjectKey(subject, item.namespace);
      const bindings = this.#bound.get(key) ?? new Map<string, Bound>();
      if (gone) bindings.delete(item.name);
      else bindings.set(item.name, { role, roleRef, description: describe(item, roleRef, subject) });
      if (bindings.size > 0) this.#bound.set(key, bindings);
      else this.#bound.delete(key);
    }
  }
}

/** The two kinds of question have a different number of parts, so that one never answers the other. The object's name is not
 *  a part: requests for many objects must not fill the cache. */
function questionKey({
  isResource,
  verb,
  group,
  resource,
  subresource,
  namespace,
  path,
}: Attributes): string {
  return compositeKey(isResource ? [verb, group, resource, subresource, namespace] : [verb, path]);
}

function subjectKey(subject: Subject, within: string): string {
  const { kind, name } = bearerOf(subject, within);
  return compositeKey([within, kind, name]);
}

function describe(binding: Item, { kind, name }: RoleRef, subject: Subject): string {
  const bound = binding.namespace
    ? `RoleBinding ${JSON.stringify(`${binding.name}/${binding.namespace}`)}`
    : `ClusterRoleBinding ${JSON.stringify(binding.name)}`;
  const place = subject.kind === 'ServiceAccount' ? `/${subject.namespace || binding.namespace}` : '';
  return `${bound} of ${kind} ${JSON.stringify(name)} to ${subject.kind} ${JSON.stringify(subject.name + place)}`;
}
