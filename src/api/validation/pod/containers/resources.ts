// Validates requests and limits: valid names, no negative amounts, requests within limits.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by pod-spec.ts.
import { addAll } from '../../../../kit/lists.ts';
import type { ResourceRequirements } from '../../../kinds/core/v1/resources.ts';
import { isNativeResource } from '../../../pods/resource-names.ts';
import { isPodLevelResource } from '../../../pods/resources.ts';
import {
  compareQuantity,
  isWhole,
  parseQuantity,
  QuantityError,
  wholeUnits,
} from '../../../quantity/quantity.ts';
import { type FieldError, forbidden, invalid, notSupported, required } from '../../field.ts';
import { amountErrors } from '../../kinds/amounts/amounts.ts';
import { containerResourceNameErrors, resourceNameErrors } from '../../kinds/amounts/resource-names.ts';
import { type ClaimNames, claimNamesOf, validateUsedClaims } from './claims.ts';

const hugePages = 'hugepages-';

/** Resources that cannot be overcommitted: requests must equal limits. */
const mayOvercommit = (name: string) => isNativeResource(name) && !name.startsWith(hugePages);

/** What is wrong with the name of a resource. */
type NameCheck = (name: string, path: string) => FieldError[];

export const podLevelName: NameCheck = (name, path) => {
  const errors = resourceNameErrors(name, path);
  if (errors.length > 0 || isPodLevelResource(name)) return errors;
  return [notSupported(path, name, ['cpu', hugePages, 'memory'])];
};

const noClaims = claimNamesOf([]);

export function validateResources(
  resources: ResourceRequirements | undefined,
  path: string,
  podClaims: ClaimNames = noClaims,
  checkName: NameCheck = containerResourceNameErrors,
): FieldError[] {
  const errors: FieldError[] = [];
  const { limits = {}, requests = {}, claims } = resources ?? {};
  const check = (name: string, text: string, at: string) => {
    addAll(errors, checkName(name, at), amountErrors(name, text, at));
  };
  for (const [name, text] of Object.entries(limits)) {
    const at = `${path}.limits[${name}]`;
    check(name, text, at);
    addAll(errors, pageErrors(name, text, at));
  }
  for (const [name, text] of Object.entries(requests)) {
    const at = `${path}.requests[${name}]`;
    check(name, text, at);
    addAll(errors, againstLimit(name, text, Object.hasOwn(limits, name) ? limits[name] : undefined, path));
    addAll(errors, pageErrors(name, text, at));
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some((name) => name.startsWith(hugePages)) && !names.includes('cpu') && !names.includes('memory'))
    errors.push(forbidden(path, 'HugePages require cpu or memory'));
  addAll(errors, validateUsedClaims(claims, podClaims, `${path}.claims`));
  return errors;
}

/** Memory in huge pages is a number of whole pages, whose size is in the name. */
function pageErrors(name: string, text: string, path: string): FieldError[] {
  if (!name.startsWith(hugePages)) return [];
  const size = pageSize(name.slice(hugePages.length));
  return size > 0n && wholeUnits(parseQuantity(text)) % size === 0n
    ? []
    : [invalid(path, text, `${text} is not positive integer multiple of ${name}`)];
}

/** Zero for what is no number of whole bytes. */
function pageSize(text: string): bigint {
  try {
    const size = parseQuantity(text);
    return isWhole(size) ? wholeUnits(size) : 0n;
  } catch (error) {
    if (error instanceof QuantityError) return 0n;
    throw error;
  }
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
