// What a stored built-in role or binding must become so that it grants what this version grants: a later version, or a feature gate
// that was turned on, adds rules and subjects. What an administrator has added stays; one who sets the annotation
// rbac.authorization.kubernetes.io/autoupdate to "false" keeps the object as it is. Pure. Called by install.ts on every start.
// Upstream: staging/src/k8s.io/component-helpers/auth/rbac/reconciliation.
import { isDeepStrictEqual } from 'node:util';
import type { ClusterRole } from '../../../api/kinds/rbac/v1/cluster-role.ts';
import type { ClusterRoleBinding } from '../../../api/kinds/rbac/v1/cluster-role-binding.ts';
import type { PolicyRule, Subject } from '../../../api/kinds/rbac/v1/policy.ts';
import type { Role } from '../../../api/kinds/rbac/v1/role.ts';
import type { RoleBinding } from '../../../api/kinds/rbac/v1/role-binding.ts';
import { compacted, missingGrants } from '../../authz/covers.ts';
import type { RbacObject } from './bootstrap-rbac.ts';
import { AUTOUPDATE } from './notation.ts';

type AnyRole = Role | ClusterRole;
type AnyBinding = RoleBinding | ClusterRoleBinding;

/** Whether the object is kept up: all are but kubeadm's binding of administrators, whose subject can be taken away. */
const isKeptUp = ({ metadata }: RbacObject): boolean => metadata.annotations?.[AUTOUPDATE] === 'true';

/**
 * The object to store in place of `current`; `current` itself if nothing is missing. `recreate`: what a binding binds to cannot be
 * changed, so that it is to be deleted and created again.
 */
export function reconciled<T extends RbacObject>(current: T, builtIn: T): T | 'recreate' {
  if (!isKeptUp(builtIn) || current.metadata.annotations?.[AUTOUPDATE] === 'false') return current;
  const grants =
    isBinding(current) && isBinding(builtIn)
      ? bindingGrants(current, builtIn)
      : roleGrants(current as AnyRole, builtIn as AnyRole);
  if (grants === 'recreate') return grants;
  const { annotations, labels } = current.metadata;
  const next = {
    ...current,
    ...grants,
    metadata: {
      ...current.metadata,
      annotations: { ...builtIn.metadata.annotations, ...annotations },
      labels: { ...builtIn.metadata.labels, ...labels },
    },
  };
  return isDeepStrictEqual(next, current) ? current : next;
}

const isBinding = (object: RbacObject): object is AnyBinding => 'roleRef' in object;

function roleGrants(current: AnyRole, builtIn: AnyRole): Partial<ClusterRole> {
  return { ...missingRules(current.rules, builtIn.rules), ...aggregation(current, builtIn) };
}

function missingRules(
  current: readonly PolicyRule[] | undefined = [],
  builtIn: readonly PolicyRule[] | undefined = [],
): Pick<ClusterRole, 'rules'> {
  if (isDeepStrictEqual(current, builtIn)) return {};
  const missing = compacted(missingGrants(current, builtIn));
  return missing.length > 0 ? { rules: [...current, ...missing] } : {};
}

/** A role that is no longer aggregated keeps the rules that it has. */
function aggregation(current: AnyRole, builtIn: AnyRole): Partial<ClusterRole> {
  const [now, wanted] = [aggregationOf(current), aggregationOf(builtIn)];
  if (!wanted) return now ? { aggregationRule: undefined } : {};
  const selectors = now?.clusterRoleSelectors ?? [];
  const missing = (wanted.clusterRoleSelectors ?? []).filter((one) => !includes(selectors, one));
  return missing.length > 0
    ? { aggregationRule: { ...now, clusterRoleSelectors: [...selectors, ...missing] } }
    : {};
}

const aggregationOf = (role: AnyRole) => ('aggregationRule' in role ? role.aggregationRule : undefined);

const includes = (list: readonly unknown[], wanted: unknown): boolean =>
  list.some((one) => isDeepStrictEqual(one, wanted));

function bindingGrants(current: AnyBinding, builtIn: AnyBinding): Partial<AnyBinding> | 'recreate' {
  if (!isDeepStrictEqual(current.roleRef, builtIn.roleRef)) return 'recreate';
  const subjects: Subject[] = current.subjects ?? [];
  const missing = (builtIn.subjects ?? []).filter((one) => !includes(subjects, one));
  return missing.length > 0 ? { subjects: [...subjects, ...missing] } : {};
}
