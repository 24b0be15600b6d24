// Validates the resources of a pod as a whole, which must cover those of its containers.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by pod-spec.ts.
import type { PodSpec } from '../../kinds/core/v1/pod-spec.ts';
import { exactly } from '../../pods/amounts.ts';
import { containerTotals } from '../../pods/resources.ts';
import { compareQuantity, formatQuantity, parseQuantity } from '../../quantity/quantity.ts';
import { checkItems, errorsOfItems, type FieldError, forbidden, invalid } from '../field.ts';
import type { ClaimNames } from './containers/claims.ts';
import { podLevelName, validateResources } from './containers/resources.ts';

export function validatePodResources(spec: PodSpec, claims: ClaimNames, path: string): FieldError[] {
  const { resources } = spec;
  if (!resources) return [];
  if (spec.os?.name === 'windows') return [forbidden(path, 'may not be set for a windows pod')];
  return [
    ...(resources.claims
      ? [forbidden(`${path}.claims`, 'claims may not be set for Resources at pod-level')]
      : []),
    ...validateResources(resources, path, claims, podLevelName),
    ...coverErrors(spec, 'requests', path),
    ...coverErrors(spec, 'limits', path),
    ...containerLimitErrors(spec, path),
  ];
}

/** The limits of containers may add up to more, except those of huge pages. */
function coverErrors(spec: PodSpec, field: 'requests' | 'limits', path: string): FieldError[] {
  const own = spec.resources?.[field] ?? {};
  return [...containerTotals(spec, field, exactly)].flatMap(([name, total]) => {
    if (field === 'limits' && !name.startsWith('hugepages-')) return [];
    const amount = Object.hasOwn(own, name) ? own[name] : undefined;
    if (amount === undefined || compareQuantity(total, parseQuantity(amount)) <= 0) return [];
    const why = `must be greater than or equal to aggregate container ${field} of ${formatQuantity(total)}`;
    return [invalid(`${path}.${field}[${name}]`, amount, why)];
  });
}

/** The path is upstream's, though no such field exists. */
function containerLimitErrors(spec: PodSpec, path: string): FieldError[] {
  const most = spec.resources?.limits ?? {};
  return errorsOfItems(spec.containers, ({ resources }, i) => {
    const errors: FieldError[] = [];
    checkItems(errors, Object.entries(resources?.limits ?? {}), ([name, limit]) => {
      const bound = Object.hasOwn(most, name) ? most[name] : undefined;
      if (bound === undefined || compareQuantity(parseQuantity(limit), parseQuantity(bound)) <= 0) return;
      const why = `must be less than or equal to pod limits of ${bound}`;
      errors.push(invalid(`${path}.containers[${i}][${name}].limits`, limit, why));
    });
    return errors;
  });
}
