// Validates requests and limits: valid names, no negative amounts, requests within limits.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by pod-spec.ts.
import { addAll } from '../../../../kit/lists.ts';
import type { ResourceRequirements } from '../../../kinds/core/v1/resources.ts';
import { isNativeResource } from '../../../pods/resource-names.ts';
import { isPodLevelResource } from '../../../pods/resources.ts';
import {
  compareQuantity,
  parseQuantity,
  type Quantity,
  QuantityError,
  signOf,
  wholeUnits,
} from '../../../quantity/quantity.ts';
import { complaints, type FieldError, forbidden, invalid, notSupported, required } from '../../field.ts';
import { isQualifiedName } from '../../names.ts';
import { type ClaimNames, claimNamesOf, validateUsedClaims } from './claims.ts';

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

/** What quotas count and limit: names that are known, though no container may request them. */
const standard = new Set([
  ...standardForContainers,
  ...['requests', 'limits'].flatMap((of) => [...standardForContainers].map((name) => `${of}.${name}`)),
  ...['pods', 'resourcequotas', 'services', 'replicationcontrollers', 'secrets', 'configmaps'],
  ...['persistentvolumeclaims', 'storage', 'requests.storage'],
  ...['services.nodeports', 'services.loadbalancers'],
]);
const isStandard = (name: string) =>
  standard.has(name) || name.startsWith(hugePages) || name.startsWith(`requests.${hugePages}`);

/** Whether names of resources are allowed. */
type NameCheck = (name: string, path: string) => FieldError[];

function anyName(name: string, path: string): FieldError[] {
  const errors = complaints(path, name, isQualifiedName(name));
  if (errors.length > 0) return errors;
  return name.includes('/') || isStandard(name)
    ? []
    : [invalid(path, name, 'must be a standard resource type or fully qualified')];
}

const containerName: NameCheck = (name, path) => {
  const errors = anyName(name, path);
  if (!name.includes('/'))
    return isStandardForContainers(name)
      ? errors
      : [...errors, invalid(path, name, 'must be a standard resource for containers')];
  return isNativeResource(name) || isExtendedResourceName(name)
    ? errors
    : [...errors, invalid(path, name, "doesn't follow extended resource name standard")];
};

export const podLevelName: NameCheck = (name, path) => {
  const errors = anyName(name, path);
  if (errors.length > 0 || isPodLevelResource(name)) return errors;
  return [notSupported(path, name, ['cpu', hugePages, 'memory'])];
};

const isWhole = ({ digits, exponent }: Quantity): boolean =>
  exponent >= 0 || digits % 10n ** BigInt(-exponent) === 0n;

function validateAmount(name: string, text: string, path: string): FieldError[] {
  const amount = parseQuantity(text);
  const errors = signOf(amount) < 0 ? [invalid(path, text, 'must be greater than or equal to 0')] : [];
  return isWholeOnly(name) && !isWhole(amount)
    ? [...errors, invalid(path, text, 'must be an integer')]
    : errors;
}

const noClaims = claimNamesOf([]);

export function validateResources(
  resources: ResourceRequirements | undefined,
  path: string,
  podClaims: ClaimNames = noClaims,
  checkName: NameCheck = containerName,
): FieldError[] {
  const errors: FieldError[] = [];
  const { limits = {}, requests = {}, claims } = resources ?? {};
  const check = (name: string, text: string, at: string) => {
    addAll(errors, checkName(name, at), validateAmount(name, text, at));
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
