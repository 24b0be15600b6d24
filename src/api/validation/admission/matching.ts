// Validates match conditions, match constraints and parameters of admission policies and webhooks.
// Paths and messages follow k8s.io/kubernetes pkg/apis/admissionregistration/validation.
import type { Steps } from '../../../kit/clock.ts';
import { addAll } from '../../../kit/lists.ts';
import type {
  MatchCondition,
  MatchResources,
  NamedRuleWithOperations,
  ParamKind,
  ParamRef,
} from '../../kinds/admissionregistration/v1/matching.ts';
import {
  complaints,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
  tooMany,
} from '../field.ts';
import { validateLabelSelector } from '../labels.ts';
import { isDNS1035Label, isDNS1123Subdomain, isQualifiedName, pathSegmentName } from '../names.ts';
import { type Compiler, expressionErrors } from './expressions.ts';

const mostConditions = 64;

export function* validateMatchConditions(
  conditions: readonly MatchCondition[] | undefined,
  compiler: () => Compiler,
  path: string,
): Steps<FieldError[]> {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const all = conditions ?? [];
  if (all.length > mostConditions) return [tooMany(path, all.length, mostConditions)];
  for (const [i, { name, expression = '' }] of all.entries()) {
    const at = `${path}[${i}]`;
    const text = expression.trim();
    if (text === '') errors.push(required(`${at}.expression`));
    else addAll(errors, yield* expressionErrors(compiler(), `${at}.expression`, text, 'condition'));
    if (!name) errors.push(required(`${at}.name`));
    else addAll(errors, complaints(`${at}.name`, name, isQualifiedName(name)));
    if (name && names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name ?? '');
  }
  return errors;
}

export function validateMatchResources(resources: MatchResources | undefined, path: string): FieldError[] {
  if (!resources) return [];
  const {
    matchPolicy,
    namespaceSelector,
    objectSelector,
    resourceRules = [],
    excludeResourceRules = [],
  } = resources;
  const policies = ['Equivalent', 'Exact'];
  return [
    ...(matchPolicy && !policies.includes(matchPolicy)
      ? [notSupported(`${path}.matchPolicy`, matchPolicy, policies)]
      : []),
    ...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`),
    ...validateLabelSelector(objectSelector, `${path}.objectSelector`),
    ...resourceRules.flatMap((rule, i) => validateNamedRule(rule, `${path}.resourceRules[${i}]`)),
    ...excludeResourceRules.flatMap((rule, i) =>
      validateNamedRule(rule, `${path}.excludeResourceRules[${i}]`),
    ),
  ];
}

function validateNamedRule(rule: NamedRuleWithOperations, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [i, name] of (rule.resourceNames ?? []).entries()) {
    addAll(errors, complaints(`${path}.resourceNames[${i}]`, name, pathSegmentName(name)));
    if (names.has(name)) errors.push(duplicate(`${path}.resourceNames[${i}]`, name));
    names.add(name);
  }
  return [...errors, ...validateRule(rule, path)];
}

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];
const wildcard = "if '*' is present, must not specify other";

export function validateRule(
  rule: Omit<NamedRuleWithOperations, 'resourceNames'>,
  path: string,
): FieldError[] {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule;
  const errors: FieldError[] = [];
  if (operations.length === 0) errors.push(required(`${path}.operations`));
  if (operations.length > 1 && operations.includes('*'))
    errors.push(invalid(`${path}.operations`, operations, `${wildcard} operations`));
  for (const [i, operation] of operations.entries())
    if (!OPERATIONS.includes(operation))
      errors.push(notSupported(`${path}.operations[${i}]`, operation, OPERATIONS));
  if (apiGroups.length === 0) errors.push(required(`${path}.apiGroups`));
  if (apiGroups.length > 1 && apiGroups.includes('*'))
    errors.push(invalid(`${path}.apiGroups`, apiGroups, `${wildcard} API groups`));
  if (apiVersions.length === 0) errors.push(required(`${path}.apiVersions`));
  if (apiVersions.length > 1 && apiVersions.includes('*'))
    errors.push(invalid(`${path}.apiVersions`, apiVersions, `${wildcard} API versions`));
  for (const [i, version] of apiVersions.entries())
    if (version === '') errors.push(required(`${path}.apiVersions[${i}]`));
  addAll(errors, validateResources(resources, `${path}.resources`));
  if (scope !== undefined && !SCOPES.includes(scope))
    errors.push(notSupported(`${path}.scope`, scope, SCOPES));
  return errors;
}

/** Names of resources, of their subresources behind a slash, or wildcards in place of either. */
function validateResources(resources: readonly string[], path: string): FieldError[] {
  if (resources.length === 0) return [required(path)];
  const errors: FieldError[] = [];
  /** Resources of which all subresources are named, and subresources of all resources. */
  const [whole, everywhere] = [new Set<string>(), new Set<string>()];
  let hasPlain = false;
  for (const [i, resource] of resources.entries()) {
    const at = `${path}[${i}]`;
    const slash = resource.indexOf('/');
    if (resource === '') errors.push(required(at));
    // As upstream, only the last resource without a subresource counts.
    else if (slash < 0) hasPlain = resource !== '*';
    else {
      const [name, sub] = [resource.slice(0, slash), resource.slice(slash + 1)];
      const both = (all: string) => `if '${all}' is present, must not specify ${resource}`;
      if (whole.has(name)) errors.push(invalid(at, resource, both(`${name}/*`)));
      if (everywhere.has(sub)) errors.push(invalid(at, resource, both(`*/${sub}`)));
      if (sub === '*') whole.add(name);
      if (name === '*') everywhere.add(sub);
    }
  }
  if (resources.length > 1 && resources.includes('*/*'))
    errors.push(invalid(path, resources, "if '*/*' is present, must not specify other resources"));
  if (hasPlain && resources.includes('*'))
    errors.push(invalid(path, resources, `${wildcard} resources without subresources`));
  return errors;
}

export function validateParamKind({ apiVersion, kind }: ParamKind, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const parts = (apiVersion ?? '').split('/');
  const [group, version] = parts.length === 1 ? ['', parts[0] ?? ''] : [parts[0] ?? '', parts[1] ?? ''];
  if (!apiVersion) errors.push(required(`${path}.apiVersion`));
  else if (parts.length > 2)
    errors.push(invalid(`${path}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
  else {
    if (group !== '') addAll(errors, complaintLine(`${path}.apiVersion`, group, isDNS1123Subdomain(group)));
    if (version === '') errors.push(invalid(`${path}.apiVersion`, apiVersion, 'version must be specified'));
    else addAll(errors, complaintLine(`${path}.apiVersion`, version, isDNS1035Label(version)));
  }
  if (!kind) errors.push(required(`${path}.kind`));
  else {
    const wrong = isDNS1035Label(kind.toLowerCase());
    const prefix = 'may have mixed case, but should otherwise match: ';
    if (wrong.length > 0) errors.push(invalid(`${path}.kind`, kind, prefix + wrong.join(',')));
  }
  return errors;
}

const complaintLine = (path: string, value: string, texts: readonly string[]): FieldError[] =>
  texts.length === 0 ? [] : [invalid(path, value, texts.join(','))];

export function validateParamRef(ref: ParamRef | undefined, path: string): FieldError[] {
  if (!ref) return [];
  const { name = '', selector, parameterNotFoundAction: action } = ref;
  const exclusive = 'name and selector are mutually exclusive';
  const errors = name === '' ? [] : complaints(`${path}.name`, name, pathSegmentName(name));
  if (name !== '' && selector) errors.push(forbidden(`${path}.name`, exclusive));
  if (selector) addAll(errors, validateLabelSelector(selector, `${path}.selector`));
  if (name !== '' && selector) errors.push(forbidden(`${path}.selector`, exclusive));
  if (name === '' && !selector) errors.push(required(path, 'one of name or selector must be specified'));
  const actions = ['Deny', 'Allow'];
  if (!action) errors.push(required(`${path}.parameterNotFoundAction`));
  else if (!actions.includes(action))
    errors.push(notSupported(`${path}.parameterNotFoundAction`, action, actions));
  return errors;
}
