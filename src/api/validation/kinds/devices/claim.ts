// Validates ResourceClaims and ResourceClaimTemplates: requests with different names, constraints and configurations of requests that
// exist; and that nothing of it changes. Expressions are not compiled yet.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import { addAll } from '../../../../kit/lists.ts';
import type {
  DeviceClaim,
  DeviceConstraint,
  DeviceRequest,
  DeviceSubRequest,
  DeviceToleration,
  ExactDeviceRequest,
  ResourceClaimSpec,
} from '../../../kinds/resource/v1/device.ts';
import type { ResourceClaim } from '../../../kinds/resource/v1/resource-claim.ts';
import type { ResourceClaimTemplate } from '../../../kinds/resource/v1/resource-claim-template.ts';
import {
  checkItems,
  complaints,
  duplicate,
  type FieldError,
  immutable,
  invalid,
  notSupported,
  required,
  tooMany,
} from '../../field.ts';
import { isDNS1123Label, isDNS1123Subdomain, isLabelValue, isQualifiedName } from '../../names.ts';
import { validateAnnotations, validateLabels } from '../../object-meta.ts';
import type { Rules } from '../../rules.ts';
import { semanticEqual } from '../../semantic.ts';
import { configurationErrors, selectorsErrors } from './configuration.ts';
import { qualifiedErrors } from './names.ts';

const MAX_REQUESTS = 32;
const MAX_CONSTRAINTS = 32;
const MAX_CONFIGURATIONS = 32;
const MAX_ALTERNATIVES = 8;
const MODES = ['All', 'ExactCount'];
const OPERATORS = ['Equal', 'Exists'];
const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];
const ONE = 'exactly one of `exactly` or `firstAvailable` is required';
const REFERENCE =
  "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

const unchanged = (spec: unknown, old: unknown): FieldError[] =>
  semanticEqual(spec, old) ? [] : [immutable('spec', spec)];

export const resourceClaimRules: Rules<ResourceClaim> = {
  create: ({ spec }) => specErrors('spec', spec),
  update: ({ spec }, old) => unchanged(spec, old.spec),
};

export const resourceClaimTemplateRules: Rules<ResourceClaimTemplate> = {
  create: ({ spec }) => [
    ...validateLabels(spec?.metadata?.labels, 'spec.metadata.labels'),
    ...validateAnnotations(spec?.metadata?.annotations, 'spec.metadata.annotations'),
    ...specErrors('spec.spec', spec?.spec),
  ],
  update: ({ spec }, old) => unchanged(spec, old.spec),
};

function specErrors(path: string, spec: ResourceClaimSpec | undefined): FieldError[] {
  const { requests = [], constraints, config }: Partial<DeviceClaim> = spec?.devices ?? {};
  const at = `${path}.devices`;
  const names = namesOf(requests);
  return [
    ...setErrors(`${at}.requests`, requests, MAX_REQUESTS, ({ name = '' }) => name, requestErrors),
    ...listErrors(`${at}.constraints`, constraints, MAX_CONSTRAINTS, (where, constraint) =>
      constraintErrors(where, constraint, names),
    ),
    ...listErrors(`${at}.config`, config, MAX_CONFIGURATIONS, (where, one) => [
      ...referencesErrors(`${where}.requests`, one.requests, names),
      ...configurationErrors(where, one),
    ]),
  ];
}

/** Of requests, and of alternatives as `request/alternative`. */
const namesOf = (requests: readonly DeviceRequest[]): ReadonlySet<string> =>
  new Set(
    requests
      .slice(0, MAX_REQUESTS)
      .flatMap(({ name = '', firstAvailable = [] }) => [
        name,
        ...firstAvailable.slice(0, MAX_ALTERNATIVES).map((alternative) => `${name}/${alternative?.name}`),
      ]),
  );

function requestErrors(path: string, request: DeviceRequest): FieldError[] {
  const { name = '', exactly, firstAvailable = [] } = request;
  const errors = complaints(`${path}.name`, name, isDNS1123Label(name));
  if (exactly && firstAvailable.length > 0)
    return [...errors, invalid(path, null, `${ONE}, but multiple fields are set`)];
  if (exactly) return [...errors, ...exactErrors(`${path}.exactly`, exactly)];
  if (firstAvailable.length === 0) return [...errors, required(path, ONE)];
  const alternatives = `${path}.firstAvailable`;
  return [
    ...errors,
    ...setErrors(
      alternatives,
      firstAvailable,
      MAX_ALTERNATIVES,
      (one) => one.name ?? '',
      (where, one) => [
        ...complaints(`${where}.name`, one.name ?? '', isDNS1123Label(one.name)),
        ...exactErrors(where, one),
      ],
    ),
  ];
}

function exactErrors(path: string, request: ExactDeviceRequest | DeviceSubRequest): FieldError[] {
  const { deviceClassName = '', selectors, allocationMode = '', count = 0, tolerations } = request;
  const errors =
    deviceClassName === ''
      ? [required(`${path}.deviceClassName`)]
      : complaints(`${path}.deviceClassName`, deviceClassName, isDNS1123Subdomain(deviceClassName));
  addAll(errors, selectorsErrors(`${path}.selectors`, selectors));
  if (allocationMode === 'All') {
    const why = "must not be specified when allocationMode is 'All'";
    if (count !== 0) errors.push(invalid(`${path}.count`, count, why));
  } else if (allocationMode === 'ExactCount') {
    if (count <= 0) errors.push(invalid(`${path}.count`, count, 'must be greater than zero'));
  } else errors.push(notSupported(`${path}.allocationMode`, allocationMode, MODES));
  checkItems(errors, tolerations, (toleration, i) => {
    addAll(errors, tolerationErrors(`${path}.tolerations[${i}]`, toleration));
  });
  return errors;
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

function constraintErrors(
  path: string,
  constraint: DeviceConstraint,
  names: ReadonlySet<string>,
): FieldError[] {
  const { requests, matchAttribute, distinctAttribute } = constraint;
  const errors = referencesErrors(`${path}.requests`, requests, names);
  if (matchAttribute !== undefined)
    return [...errors, ...qualifiedErrors(`${path}.matchAttribute`, matchAttribute)];
  if (distinctAttribute !== undefined)
    return [...errors, ...qualifiedErrors(`${path}.distinctAttribute`, distinctAttribute)];
  // Upstream's words, also where none is set.
  const why =
    'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set';
  return [...errors, required(path, why)];
}

const referencesErrors = (
  path: string,
  requests: readonly string[] | undefined,
  names: ReadonlySet<string>,
): FieldError[] =>
  setErrors(
    path,
    requests,
    MAX_REQUESTS,
    (name) => name,
    (where, name) => {
      const segments = name.split('/', 3);
      if (segments.length > 2) return [invalid(where, name, REFERENCE)];
      return [
        ...segments.flatMap((segment) => complaints(where, segment, isDNS1123Label(segment))),
        ...(names.has(name) ? [] : [invalid(where, name, REFERENCE)]),
      ];
    },
  );

type Check<T> = (path: string, item: T) => readonly FieldError[];

function listErrors<T>(path: string, items: readonly T[] = [], most: number, check: Check<T>): FieldError[] {
  if (items.length > most) return [tooMany(path, items.length, most)];
  return items.flatMap((item, i) => check(`${path}[${i}]`, item));
}

/** The key of an item must be unique. */
function setErrors<T>(
  path: string,
  items: readonly T[] = [],
  most: number,
  keyOf: (item: T) => string,
  check: Check<T>,
): FieldError[] {
  const errors = listErrors(path, items, most, check);
  if (items.length > most) return errors;
  const seen = new Set<string>();
  for (const [i, item] of items.entries()) {
    const key = keyOf(item);
    if (seen.has(key)) errors.push(duplicate(`${path}[${i}]`, key));
    seen.add(key);
  }
  return errors;
}
