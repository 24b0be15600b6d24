// Whether an object matches the scopes of a quota. Quotas with scopes count pods only. Pure.

import type { Pod } from '../kinds/core/v1/pod.ts';
import type { ResourceQuota } from '../kinds/core/v1/resource-quota.ts';
import type { ResourceInfo } from '../meta/v1/resource.ts';
import { qosClassOf } from '../pods/qos-class.ts';

interface Requirement {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** True when the object matches all scopes of the quota. */
export function isInScope(
  quota: Readonly<ResourceQuota>,
  kind: Pick<ResourceInfo, 'group' | 'plural'>,
  object: unknown,
): boolean {
  const requirements = requirementsOf(quota);
  if (requirements.length === 0) return true;
  if (kind.group !== '' || kind.plural !== 'pods') return false;
  return requirements.every((requirement) => matches(requirement, object as Readonly<Pod>));
}

function requirementsOf(quota: Readonly<ResourceQuota>): Requirement[] {
  const named = (quota.spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' }));
  return [...named, ...(quota.spec?.scopeSelector?.matchExpressions ?? [])];
}

function matches({ scopeName, operator, values = [] }: Requirement, pod: Readonly<Pod>): boolean {
  const { spec } = pod;
  switch (scopeName) {
    case 'Terminating':
      return spec?.activeDeadlineSeconds !== undefined;
    case 'NotTerminating':
      return spec?.activeDeadlineSeconds === undefined;
    case 'BestEffort':
      return isBestEffort(pod);
    case 'NotBestEffort':
      return !isBestEffort(pod);
    case 'CrossNamespacePodAffinity':
      return crossesNamespaces(pod);
    case 'PriorityClass':
      return matchesValue(operator, values, spec?.priorityClassName || undefined);
    default:
      return false;
  }
}

function matchesValue(operator: string, values: readonly string[], value: string | undefined): boolean {
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  const among = value !== undefined && values.includes(value);
  return operator === 'In' ? among : !among;
}

const isBestEffort = (pod: Readonly<Pod>): boolean => qosClassOf(pod) === 'BestEffort';

function crossesNamespaces({ spec }: Readonly<Pod>): boolean {
  const { podAffinity, podAntiAffinity } = spec?.affinity ?? {};
  return [podAffinity, podAntiAffinity].some((affinity) =>
    [
      ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
        (preferred) => preferred.podAffinityTerm,
      ),
    ].some((term) => (term?.namespaces ?? []).length > 0 || term?.namespaceSelector !== undefined),
  );
}
