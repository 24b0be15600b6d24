// Promise: the rules of a ClusterRole with an aggregationRule are the union of the rules of the ClusterRoles it selects.
import { isDeepStrictEqual } from 'node:util';
import { ClusterRole } from '../../api/kinds/rbac/v1/cluster-role.ts';
import type { PolicyRule } from '../../api/kinds/rbac/v1/policy.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { labelSelectorOf } from '../../api/selectors/label-selector.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';

const FIELD_MANAGER = 'clusterrole-aggregation-controller';

export function createClusterRoleAggregationController({ client, informers }: ControllerContext): Controller {
  const roles = informers.informer(ClusterRole);
  const gathering = () => roles.lister.list().filter(({ aggregationRule }) => aggregationRule);
  return {
    name: 'clusterrole-aggregation-controller',
    watches: [watch(roles, () => gathering().map(nameOf))],
    reconcile: async (name) => {
      const role = roles.lister.get(name);
      if (!role?.aggregationRule) return undefined;
      const rules = gatheredRules(role, roles.lister.list());
      if (isDeepStrictEqual(rules, role.rules ?? [])) return undefined;
      const { apiVersion, kind } = role;
      await client.patch(
        ClusterRole,
        name,
        undefined,
        'apply',
        { apiVersion, kind, metadata: { name }, rules },
        { fieldManager: FIELD_MANAGER, force: true },
      );
      return undefined;
    },
  };
}

/** Each rule once, ordered by selector and then by role name, so that equal inputs give equal rules. */
export function gatheredRules(
  role: Readonly<ClusterRole>,
  all: readonly Readonly<ClusterRole>[],
): PolicyRule[] {
  const sorted = [...all].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const found: PolicyRule[] = [];
  for (const selector of (role.aggregationRule?.clusterRoleSelectors ?? []).map(labelSelectorOf))
    for (const part of sorted)
      if (nameOf(part) !== nameOf(role) && selector.matches(part.metadata.labels ?? {}))
        for (const rule of part.rules ?? [])
          if (!found.some((known) => isDeepStrictEqual(known, rule))) found.push(rule);
  return found;
}
