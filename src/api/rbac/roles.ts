// The rules of every stored role. An aggregated cluster role has the rules of all cluster roles that its selectors match. They
// are collected on first use after a change, so that a new match is in effect at once, and not only after a controller has
// written it back (upstream: the clusterrole-aggregation controller). Used by the RBAC authorizer and by the dashboard. Pure.
import type { ClusterRole } from '../kinds/rbac/v1/cluster-role.ts';
import type { PolicyRule } from '../kinds/rbac/v1/policy.ts';
import type { Role } from '../kinds/rbac/v1/role.ts';
import { type LabelSelector, type Labels, labelSelectorOf } from '../selectors/label-selector.ts';
import { type CompiledRule, compileRule } from './rules.ts';

interface KnownRole {
  readonly labels: Labels;
  readonly rules: readonly CompiledRule[];
  /** The selectors of an aggregated cluster role. */
  readonly selectors: readonly LabelSelector[] | undefined;
}

/** A role with what selects it. */
export interface StoredRole {
  /** Empty for a cluster role. */
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly object: Readonly<Role | ClusterRole>;
}

export const roleKey = (namespace: string, name: string): string => `${namespace}/${name}`;

export class Roles {
  readonly #known = new Map<string, KnownRole>();
  readonly #collected = new Map<string, readonly CompiledRule[]>();

  put(role: StoredRole, gone: boolean): void {
    const key = roleKey(role.namespace, role.name);
    this.#collected.clear();
    if (gone) {
      this.#known.delete(key);
      return;
    }
    const { object } = role;
    const aggregationRule = 'aggregationRule' in object ? object.aggregationRule : undefined;
    this.#known.set(key, {
      labels: role.labels,
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
