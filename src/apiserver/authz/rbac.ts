// Role-based access control over the stored roles and bindings. Keeps an index of who is bound to what, brought up to date
// with every write, and what it decided since the last one.
import type { ClusterRole } from '../../api/rbac/v1/cluster-role.ts';
import type { ClusterRoleBinding } from '../../api/rbac/v1/cluster-role-binding.ts';
import type { RoleBinding } from '../../api/rbac/v1/role-binding.ts';
import type { User } from '../request.ts';
import type { Item } from '../watch-cache/item.ts';
import type { ResourceCache } from '../watch-cache/resource-cache.ts';
import { ALLOWED, type Attributes, type Authorizer, type Decision, NO_OPINION } from './attributes.ts';
import { type CompiledRule, compileRule } from './rules.ts';

export interface RbacCaches {
  readonly roles: ResourceCache;
  readonly clusterRoles: ResourceCache;
  readonly roleBindings: ResourceCache;
  readonly clusterRoleBindings: ResourceCache;
}

interface Bound {
  /** Empty: everywhere. */
  readonly namespace: string;
  readonly role: string;
}

/** What holds for a question whatever the object's name: all names, only some, none. */
type Verdict = 'all' | 'some' | 'none';

const roleKey = (namespace: string, name: string): string => `${namespace}/${name}`;
const NO_RULES: readonly CompiledRule[] = [];

export class Rbac implements Authorizer {
  readonly #rules = new Map<string, readonly CompiledRule[]>();
  readonly #bound = new Map<string, Map<string, Bound>>();
  #verdicts = new WeakMap<User, Map<string, Verdict>>();

  constructor(caches: RbacCaches) {
    this.#follow(caches.roles, (item, gone) => this.#putRole(item, gone));
    this.#follow(caches.clusterRoles, (item, gone) => this.#putRole(item, gone));
    this.#follow(caches.roleBindings, (item, gone) => this.#putBinding(item, gone));
    this.#follow(caches.clusterRoleBindings, (item, gone) => this.#putBinding(item, gone));
  }

  authorize(user: User, attributes: Attributes): Decision {
    const { verb, group, resource, subresource, namespace, isResource, path } = attributes;
    const key = isResource ? `${verb} ${group}/${resource}/${subresource} ${namespace}` : `${verb} ${path}`;
    let known = this.#verdicts.get(user);
    if (!known || known.size > 1000) this.#verdicts.set(user, (known = new Map()));
    let verdict = known.get(key);
    if (!verdict) known.set(key, (verdict = this.#judge(user, attributes)));
    if (verdict === 'all') return ALLOWED;
    return verdict === 'some' && this.#allowsName(user, attributes) ? ALLOWED : NO_OPINION;
  }

  /** The rules that hold for `user` in `namespace`, cluster-wide ones included. */
  *rulesFor(user: User, namespace: string): Generator<CompiledRule> {
    for (const subject of subjectsOf(user))
      for (const bound of this.#bound.get(subject)?.values() ?? [])
        if (bound.namespace === '' || bound.namespace === namespace)
          yield* this.#rules.get(bound.role) ?? NO_RULES;
  }

  #judge(user: User, attributes: Attributes): Verdict {
    let verdict: Verdict = 'none';
    for (const rule of this.rulesFor(user, attributes.namespace)) {
      if (!rule.covers(attributes)) continue;
      if (!rule.names) return 'all';
      verdict = 'some';
    }
    return verdict;
  }

  #allowsName(user: User, attributes: Attributes): boolean {
    for (const rule of this.rulesFor(user, attributes.namespace))
      if (rule.names?.has(attributes.name) && rule.covers(attributes)) return true;
    return false;
  }

  /** Called synchronously with every commit, so that a role holds as soon as its creation is answered. */
  #follow(cache: ResourceCache, put: (item: Item, gone: boolean) => void): void {
    const { store, prefix } = cache;
    const { entries, revision } = store.range(prefix);
    for (const entry of entries) put(cache.itemOf(entry), false);
    store.watch(prefix, revision, {
      events: (events) => {
        for (const event of events) {
          if (event.previous) put(cache.itemOf(event.previous), true);
          if (event.type === 'put') put(cache.itemOf(event.entry), false);
        }
        this.#verdicts = new WeakMap();
      },
    });
  }

  #putRole(item: Item, gone: boolean): void {
    const key = roleKey(item.namespace, item.name);
    if (gone) this.#rules.delete(key);
    else this.#rules.set(key, ((item.object as unknown as ClusterRole).rules ?? []).map(compileRule));
  }

  #putBinding(item: Item, gone: boolean): void {
    const { roleRef, subjects = [] } = item.object as unknown as RoleBinding & ClusterRoleBinding;
    const key = roleKey(item.namespace, item.name);
    const role = roleKey(roleRef.kind === 'Role' ? item.namespace : '', roleRef.name ?? '');
    for (const { kind, name, namespace } of subjects) {
      const subject = subjectKey(kind ?? '', name ?? '', namespace || item.namespace);
      const group = this.#bound.get(subject) ?? new Map<string, Bound>();
      if (gone) group.delete(key);
      else group.set(key, { namespace: item.namespace, role });
      if (group.size > 0) this.#bound.set(subject, group);
      else this.#bound.delete(subject);
    }
  }
}

function subjectKey(kind: string, name: string, namespace: string): string {
  if (kind === 'Group') return `group ${name}`;
  return kind === 'ServiceAccount' ? `user system:serviceaccount:${namespace}:${name}` : `user ${name}`;
}

function* subjectsOf({ name, groups }: User): Generator<string> {
  yield `user ${name}`;
  for (const group of groups) yield `group ${group}`;
}
