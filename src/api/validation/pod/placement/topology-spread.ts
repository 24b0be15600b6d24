// Validates topology spread constraints.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by pod-spec.ts.
import { compositeKey } from '../../../../kit/composite-key.ts';
import { addAll } from '../../../../kit/lists.ts';
import type { TopologySpreadConstraint } from '../../../kinds/core/v1/affinity.ts';
import { checkItems, duplicate, type FieldError, invalid, notSupported, required } from '../../field.ts';
import { validateLabelSelector } from '../../labels.ts';
import { validateLabelKeys } from './label-keys.ts';

const reactions = ['DoNotSchedule', 'ScheduleAnyway'];
const inclusions = ['Honor', 'Ignore'];

export function validateTopologySpread(
  constraints: readonly TopologySpreadConstraint[] | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const pairOf = (one: TopologySpreadConstraint) =>
    compositeKey([one.topologyKey ?? '', one.whenUnsatisfiable ?? '']);
  const last = new Map(constraints?.map((one, i) => [pairOf(one), i]));
  checkItems(errors, constraints, (constraint, i) => {
    const at = `${path}[${i}]`;
    const { maxSkew = 0, topologyKey, whenUnsatisfiable = '', labelSelector } = constraint;
    if (maxSkew <= 0) errors.push(invalid(`${at}.maxSkew`, maxSkew, 'must be greater than zero'));
    if (!topologyKey) errors.push(required(`${at}.topologyKey`, 'can not be empty'));
    if (!reactions.includes(whenUnsatisfiable))
      errors.push(notSupported(`${at}.whenUnsatisfiable`, whenUnsatisfiable, reactions));
    if (last.get(pairOf(constraint)) !== i)
      errors.push(
        duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey ?? ''}, ${whenUnsatisfiable}}`),
      );
    addAll(errors, minDomainsErrors(constraint, `${at}.minDomains`));
    for (const field of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
      const policy = constraint[field];
      if (policy !== undefined && !inclusions.includes(policy))
        errors.push(notSupported(`${at}.${field}`, policy, inclusions));
    }
    addAll(errors, validateLabelKeys(constraint, at));
    addAll(errors, validateLabelSelector(labelSelector, `${at}.labelSelector`));
  });
  return errors;
}

function minDomainsErrors(
  { minDomains, whenUnsatisfiable }: TopologySpreadConstraint,
  path: string,
): FieldError[] {
  if (minDomains === undefined) return [];
  const errors = minDomains <= 0 ? [invalid(path, minDomains, 'must be greater than zero')] : [];
  if (whenUnsatisfiable !== 'DoNotSchedule')
    errors.push(
      invalid(
        path,
        minDomains,
        `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable ?? ''}`,
      ),
    );
  return errors;
}
