// The rules of every stored role. An aggregated cluster role has the rules of all cluster roles that its selectors match. They
// are collected on first use after a change, so that a new match is in effect at once, and not only after a controller has
// written it back (upstream: the clusterrole-aggregation controller). Called by rbac.ts.
import type { ClusterRole } from '../../api/kinds/rbac/v1/cluster-role.ts';
import type { PolicyRule } from '../../api/kinds/rbac/v1/policy.ts';
import type { Role } from '../../api/kinds/rbac/v1/role.ts';
import { type LabelSelector, labelSelectorOf } from '../../api/selectors/label-selector.ts';
import type { Item, Labels } from '../watch-cache/item.ts';
import { type CompiledRule, compileRule } from './rules.ts';

interface KnownRole {
  readonly labels: Labels;
  readonly rules: readonly CompiledRule[];
  /** The selectors of an aggregated cluster role. */
  readonly selectors: readonly LabelSelector[] | undefined;
}

export const roleKey = (namespace: string, name: string): string => `${namespace}/${name}`;

export class Roles {
  readonly #known = new Map<string, KnownRole>();
  readonly #collected = new Map<string, readonly CompiledRule[]>();

  put(item: Item<Role | ClusterRole>, gone: boolean): void {
    const key = roleKey(item.namespace, item.name);
    this.#collected.clear();
    if (gone) {
      this.#known.delete(key);
      return;
    }
    const { object } = item;
    const aggregationRule = 'aggregationRule' in object ? object.aggregationRule : undefined;
    this.#known.set(key, {
      labels: item.labels,
      rules: (object.rules ?? []).map(compileRule),
      selectors: aggregationRule?.clusterRoleSelectors?.map(labelSelectorOf),
    });
  }

  /** Undefined if the role does not exist. */
  rulesOf(key: string): readonly CompiledRule[] | undefined {
    const role = this.#known.get(key);
    if (!role?.selectors) return role?.rules;
    let rules = this.#collected.get(key);
    if (!rules) {
      rules = [...new Set(this.#collect(role, new Set([role])))];
      this.#collected.set(key, rules);
    }
    return rules;
  }

  /** Aggregated roles may select aggregated roles; `seen` breaks cycles. */
  *#collect(whole: KnownRole, seen: Set<KnownRole>): Generator<CompiledRule> {
    for (const [key, role] of this.#known) {
      if (!key.startsWith('/') || seen.has(role)) continue;
      if (!whole.selectors!.some((selector) => selector.matches(role.labels))) continue;
      seen.add(role);
      if (role.selectors) yield* this.#collect(role, seen);
      else yield* role.rules;
    }
  }
}

export const sourcesOf = (rules: readonly CompiledRule[]): PolicyRule[] => rules.map(({ source }) => source);
