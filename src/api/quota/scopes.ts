// Whether an object matches the scopes of a quota. Quotas with scopes count pods and persistent volume claims only. Pure.
// Upstream: podMatchesScopeFunc and pvcMatchesScopeFunc in pkg/quota/v1/evaluator/core.

import type { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
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
  const matching = kind.group === '' ? MATCHING[kind.plural] : undefined;
  return matching !== undefined && requirements.every((requirement) => matching(requirement, object));
}

const MATCHING: Readonly<Record<string, (requirement: Requirement, object: unknown) => boolean>> = {
  pods: (requirement, object) => matches(requirement, object as Readonly<Pod>),
  persistentvolumeclaims: (requirement, object) =>
    claimMatches(requirement, object as Readonly<PersistentVolumeClaim>),
};

function requirementsOf(quota: Readonly<ResourceQuota>): Requirement[] {
  const named = (quota.spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' }));
  return [...named, ...(quota.spec?.scopeSelector?.matchExpressions ?? [])];
}

function matches({ scopeName, operator, values = [] }: Requirement, pod: Readonly<Pod>): boolean {
  const { spec } = pod;
  switch (scopeName) {
    case 'Terminating':
      return hasDeadline(pod);
    case 'NotTerminating':
      return !hasDeadline(pod);
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

const hasDeadline = ({ spec }: Readonly<Pod>): boolean => (spec?.activeDeadlineSeconds ?? -1) >= 0;

/** A claim that changes from one class to another is in the scope of both. */
function claimMatches(
  { scopeName, operator, values = [] }: Requirement,
  { spec, status }: Readonly<PersistentVolumeClaim>,
): boolean {
  if (scopeName !== 'VolumeAttributesClass') return false;
  const classes = [
    spec?.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ].filter((name) => name);
  if (classes.length === 0) return matchesValue(operator, values, undefined);
  return classes.some((name) => matchesValue(operator, values, name));
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
