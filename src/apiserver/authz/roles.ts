// The rules of every stored role. A cluster role that gathers others has the rules of all that its selectors match, found
// when first asked for and again after every change, so that a new part counts at once.
import type { ClusterRole } from '../../api/kinds/rbac/v1/cluster-role.ts';
import type { PolicyRule } from '../../api/kinds/rbac/v1/policy.ts';
import { type LabelSelector, labelSelectorOf } from '../../api/selectors/label-selector.ts';
import type { Item, Labels } from '../watch-cache/item.ts';
import { type CompiledRule, compileRule } from './rules.ts';

interface KnownRole {
  readonly labels: Labels;
  readonly rules: readonly CompiledRule[];
  /** Present in cluster roles that gather others. */
  readonly gathers: readonly LabelSelector[] | undefined;
}

export const roleKey = (namespace: string, name: string): string => `${namespace}/${name}`;

export class Roles {
  readonly #known = new Map<string, KnownRole>();
  readonly #gathered = new Map<string, readonly CompiledRule[]>();

  put(item: Item, gone: boolean): void {
    const key = roleKey(item.namespace, item.name);
    this.#gathered.clear();
    if (gone) {
      this.#known.delete(key);
      return;
    }
    const { rules, aggregationRule } = item.object as unknown as ClusterRole;
    this.#known.set(key, {
      labels: item.labels,
      rules: (rules ?? []).map(compileRule),
      gathers: aggregationRule?.clusterRoleSelectors?.map(labelSelectorOf),
    });
  }

  /** Undefined when there is no such role. */
  rulesOf(key: string): readonly CompiledRule[] | undefined {
    const role = this.#known.get(key);
    if (!role?.gathers) return role?.rules;
    let rules = this.#gathered.get(key);
    if (!rules) {
      rules = [...new Set(this.#gather(role, new Set([role])))];
      this.#gathered.set(key, rules);
    }
    return rules;
  }

  /** Parts may gather parts in turn; what has been seen is not followed again. */
  *#gather(whole: KnownRole, seen: Set<KnownRole>): Generator<CompiledRule> {
    for (const [key, role] of this.#known) {
      if (!key.startsWith('/') || seen.has(role)) continue;
      if (!whole.gathers!.some((selector) => selector.matches(role.labels))) continue;
      seen.add(role);
      if (role.gathers) yield* this.#gather(role, seen);
      else yield* role.rules;
    }
  }
}

export const sourcesOf = (rules: readonly CompiledRule[]): PolicyRule[] => rules.map(({ source }) => source);
