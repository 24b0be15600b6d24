// What `create namespace`, `serviceaccount`, `quota`, `poddisruptionbudget` and `priorityclass` make of their flags. Pure; called by the
// commands beside it.
import { Namespace } from '../../../../api/kinds/core/v1/namespace.ts';
import { ResourceQuota } from '../../../../api/kinds/core/v1/resource-quota.ts';
import { ServiceAccount } from '../../../../api/kinds/core/v1/service-account.ts';
import { PodDisruptionBudget } from '../../../../api/kinds/policy/v1/pod-disruption-budget.ts';
import { PriorityClass } from '../../../../api/kinds/scheduling/v1/priority-class.ts';
import { intOrString } from '../../../text/numbers.ts';
import { resourceList } from '../../../text/resource-list.ts';
import { selectorOfText } from '../../../text/selector.ts';
import { type Made, madeOf, metadataOf, type Place } from './made.ts';

export const namespaceOf = (name: string): Made =>
  madeOf(Namespace, { metadata: { name }, spec: {}, status: {} });

export const serviceAccountOf = (place: Place): Made =>
  madeOf(ServiceAccount, { metadata: metadataOf(place) });

export interface QuotaFlags {
  /** `resource=quantity,…`. */
  readonly hard: string;
  readonly scopes: string;
}

export function quotaOf(place: Place, { hard, scopes }: QuotaFlags): Made {
  const amounts = resourceList(hard);
  const listed = scopes === '' ? [] : scopes.split(',');
  if (listed.includes('')) throw new Error('invalid resource quota scope ""');
  return madeOf(ResourceQuota, {
    metadata: metadataOf(place),
    spec: { ...(amounts && { hard: amounts }), ...(listed.length > 0 && { scopes: listed }) },
  });
}

export interface BudgetFlags {
  readonly selector: string;
  readonly minAvailable: string;
  readonly maxUnavailable: string;
}

export function budgetOf(place: Place, flags: BudgetFlags): Made {
  const { selector, minAvailable, maxUnavailable } = flags;
  checkBudget(flags);
  const limit =
    minAvailable === ''
      ? { maxUnavailable: intOrString(maxUnavailable) }
      : { minAvailable: intOrString(minAvailable) };
  return madeOf(PodDisruptionBudget, {
    metadata: metadataOf(place),
    spec: { ...limit, selector: selectorOfText(selector) },
  });
}

const AMOUNT = /^[0-9]+%?$/;

function checkBudget({ selector, minAvailable, maxUnavailable }: BudgetFlags): void {
  if (selector === '') throw new Error('a selector must be specified');
  if (minAvailable === '' && maxUnavailable === '')
    throw new Error('one of min-available or max-unavailable must be specified');
  if (minAvailable !== '' && maxUnavailable !== '')
    throw new Error('min-available and max-unavailable cannot be both specified');
  if (minAvailable !== '' && !AMOUNT.test(minAvailable))
    throw new Error('invalid format specified for min-available');
  if (maxUnavailable !== '' && !AMOUNT.test(maxUnavailable))
    throw new Error('invalid format specified for max-unavailable');
}

export interface PriorityFlags {
  readonly value: number;
  readonly globalDefault: boolean;
  readonly description: string;
  readonly preemptionPolicy: string;
}

export const priorityClassOf = (name: string, flags: PriorityFlags): Made =>
  madeOf(PriorityClass, {
    metadata: { name },
    value: flags.value,
    ...(flags.globalDefault && { globalDefault: true }),
    ...(flags.description && { description: flags.description }),
    preemptionPolicy: flags.preemptionPolicy,
  });
