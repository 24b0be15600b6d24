// Validates requests and limits: valid names, no negative amounts, requests within limits.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by pod-spec.ts.
import { addAll } from '../../../kit/lists.ts';
import type { ResourceRequirements } from '../../kinds/core/v1/resources.ts';
import { isNativeResource } from '../../pods/resource-names.ts';
import { compareQuantity, parseQuantity, signOf } from '../../quantity/quantity.ts';
import { complaints, type FieldError, forbidden, invalid, required } from '../field.ts';
import { isQualifiedName } from '../names.ts';

const standardForContainers = new Set(['cpu', 'memory', 'ephemeral-storage']);
const hugePages = 'hugepages-';
const isStandardForContainers = (name: string) =>
  standardForContainers.has(name) || name.startsWith(hugePages);

/** Resources that cannot be overcommitted: requests must equal limits. */
const mayOvercommit = (name: string) => isNativeResource(name) && !name.startsWith(hugePages);
const isWholeOnly = (name: string) => !isNativeResource(name);

/** Quotas count it by a name with the prefix. */
export const isExtendedResourceName = (name: string): boolean =>
  !isNativeResource(name) &&
  !name.startsWith('requests.') &&
  isQualifiedName(`requests.${name}`).length === 0;

function validateName(name: string, path: string): FieldError[] {
  const errors = complaints(path, name, isQualifiedName(name));
  if (errors.length > 0) return errors;
  if (!name.includes('/'))
    return isStandardForContainers(name)
      ? []
      : [invalid(path, name, 'must be a standard resource for containers')];
  if (!isNativeResource(name) && !isExtendedResourceName(name))
    return [invalid(path, name, "doesn't follow extended resource name standard")];
  return [];
}

export function validateAmount(name: string, text: string, path: string): FieldError[] {
  const amount = parseQuantity(text);
  if (signOf(amount) < 0) return [invalid(path, text, 'must be greater than or equal to 0')];
  const whole = amount.exponent >= 0 || amount.digits % 10n ** BigInt(-amount.exponent) === 0n;
  return isWholeOnly(name) && !whole ? [invalid(path, text, 'must be an integer')] : [];
}

export function validateResources(resources: ResourceRequirements | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { limits = {}, requests = {} } = resources ?? {};
  for (const [name, text] of Object.entries(limits)) {
    const at = `${path}.limits[${name}]`;
    addAll(errors, validateName(name, at), validateAmount(name, text, at));
  }
  for (const [name, text] of Object.entries(requests)) {
    const at = `${path}.requests[${name}]`;
    addAll(errors, validateName(name, at), validateAmount(name, text, at));
    addAll(errors, againstLimit(name, text, Object.hasOwn(limits, name) ? limits[name] : undefined, path));
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some((name) => name.startsWith(hugePages)) && !names.includes('cpu') && !names.includes('memory'))
    errors.push(forbidden(path, 'HugePages require cpu or memory'));
  return errors;
}

function againstLimit(name: string, request: string, limit: string | undefined, path: string): FieldError[] {
  const strict = !mayOvercommit(name);
  if (limit === undefined)
    return strict ? [required(`${path}.limits`, 'Limit must be set for non overcommitable resources')] : [];
  const order = compareQuantity(parseQuantity(request), parseQuantity(limit));
  const at = `${path}.requests`;
  if (strict) return order === 0 ? [] : [invalid(at, request, `must be equal to ${name} limit of ${limit}`)];
  return order > 0 ? [invalid(at, request, `must be less than or equal to ${name} limit of ${limit}`)] : [];
}
