// Validates the requests of claims: each names a class, or alternatives that do, with a count that fits its mode.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import type { Steps } from '../../../../../kit/clock.ts';
import { addAll } from '../../../../../kit/lists.ts';
import type { FeatureGates } from '../../../../features/feature-gates.ts';
import type {
  DeviceRequest,
  DeviceSubRequest,
  DeviceToleration,
  ExactDeviceRequest,
} from '../../../../kinds/resource/v1/device.ts';
import { MAX_REQUESTS } from '../../../../kinds/resource/v1/limits.ts';
import { MOST_CAUSES } from '../../../../status/status-error.ts';
import {
  checkItems,
  complaints,
  type FieldError,
  invalid,
  notSupported,
  required,
  tooLong,
} from '../../../field.ts';
import { isDNS1123Label, isDNS1123Subdomain, isLabelValue, isQualifiedName } from '../../../names.ts';
import { duplicateErrors, tooManyErrors } from '../lists.ts';
import { selectorsErrors } from '../selectors.ts';
import { EFFECTS } from '../taints.ts';
import { MAX_ALTERNATIVES } from './request-names.ts';

/** Bytes of all expressions of a claim: to compile as many takes up to a second. Upstream limits each of them only. */
const MAX_EXPRESSIONS = 256 * 1024;
const MODES = ['All', 'ExactCount'];
const OPERATORS = ['Equal', 'Exists'];
const ONE = 'exactly one of `exactly` or `firstAvailable` is required';

const nameOf = ({ name = '' }: { readonly name?: string }): string => name;

export function* requestsErrors(
  path: string,
  requests: readonly DeviceRequest[],
  gates: FeatureGates,
): Steps<FieldError[]> {
  const errors = tooManyErrors(path, requests, MAX_REQUESTS);
  if (errors.length > 0) return errors;
  if (expressionBytes(requests) > MAX_EXPRESSIONS) return [tooLong(path, MAX_EXPRESSIONS)];
  for (const [i, request] of requests.entries()) {
    if (errors.length >= MOST_CAUSES) return errors;
    addAll(errors, yield* requestErrors(`${path}[${i}]`, request, gates));
  }
  return [...errors, ...duplicateErrors(path, requests, nameOf)];
}

function expressionBytes(requests: readonly DeviceRequest[]): number {
  let bytes = 0;
  for (const { exactly, firstAvailable = [] } of requests)
    for (const { selectors = [] } of exactly ? [exactly, ...firstAvailable] : firstAvailable)
      for (const { cel } of selectors) bytes += Buffer.byteLength(cel?.expression ?? '');
  return bytes;
}

function* requestErrors(path: string, request: DeviceRequest, gates: FeatureGates): Steps<FieldError[]> {
  const { exactly, firstAvailable = [] } = request;
  const errors = nameErrors(path, request);
  if (exactly && firstAvailable.length > 0)
    return [...errors, invalid(path, null, `${ONE}, but multiple fields are set`)];
  if (exactly) return [...errors, ...(yield* exactErrors(`${path}.exactly`, exactly, gates))];
  if (firstAvailable.length === 0) return [...errors, required(path, ONE)];
  return [...errors, ...(yield* alternativesErrors(`${path}.firstAvailable`, firstAvailable, gates))];
}

const nameErrors = (path: string, { name = '' }: { readonly name?: string }): FieldError[] =>
  complaints(`${path}.name`, name, isDNS1123Label(name));

function* alternativesErrors(
  path: string,
  alternatives: readonly DeviceSubRequest[],
  gates: FeatureGates,
): Steps<FieldError[]> {
  const errors = tooManyErrors(path, alternatives, MAX_ALTERNATIVES);
  if (errors.length > 0) return errors;
  for (const [i, alternative] of alternatives.entries()) {
    const at = `${path}[${i}]`;
    addAll(errors, nameErrors(at, alternative), yield* exactErrors(at, alternative, gates));
  }
  return [...errors, ...duplicateErrors(path, alternatives, nameOf)];
}

function* exactErrors(
  path: string,
  request: ExactDeviceRequest | DeviceSubRequest,
  gates: FeatureGates,
): Steps<FieldError[]> {
  const { deviceClassName = '', selectors, tolerations } = request;
  const errors =
    deviceClassName === ''
      ? [required(`${path}.deviceClassName`)]
      : complaints(`${path}.deviceClassName`, deviceClassName, isDNS1123Subdomain(deviceClassName));
  addAll(errors, yield* selectorsErrors(`${path}.selectors`, selectors, gates), countErrors(path, request));
  checkItems(errors, tolerations, (toleration, i) => {
    addAll(errors, tolerationErrors(`${path}.tolerations[${i}]`, toleration));
  });
  return errors;
}

function countErrors(
  path: string,
  { allocationMode, count = 0 }: ExactDeviceRequest | DeviceSubRequest,
): FieldError[] {
  switch (allocationMode) {
    case 'All':
      return count === 0
        ? []
        : [invalid(`${path}.count`, count, "must not be specified when allocationMode is 'All'")];
    case 'ExactCount':
      return count > 0 ? [] : [invalid(`${path}.count`, count, 'must be greater than zero')];
    default:
      return [notSupported(`${path}.allocationMode`, allocationMode ?? '', MODES)];
  }
}

function tolerationErrors(path: string, toleration: DeviceToleration): FieldError[] {
  const { key = '', operator = '', value = '', effect = '' } = toleration;
  const errors = key === '' ? [] : complaints(`${path}.key`, key, isQualifiedName(key));
  if (operator === 'Exists') {
    if (value !== '') errors.push(invalid(`${path}.value`, value, 'must be empty for operator `Exists`'));
  } else if (operator === 'Equal') addAll(errors, complaints(`${path}.value`, value, isLabelValue(value)));
  else if (operator === '') errors.push(required(`${path}.operator`));
  else errors.push(notSupported(`${path}.operator`, operator, OPERATORS));
  if (effect !== '' && !EFFECTS.includes(effect))
    errors.push(notSupported(`${path}.effect`, effect, EFFECTS));
  return errors;
}
