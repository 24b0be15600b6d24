// authorizer.group('').resource('pods').check('list').allowed(): asks the server's authorizer, which whoever evaluates an
// expression injects.

import { globalFunction, type Library, memberFunction } from '../library/declare.ts';
import { structType } from '../types/type.ts';
import { CelError, ObjectValue, type Result, type Value } from '../values/value.ts';

export interface Check {
  readonly verb: string;
  /** Set for checks of paths. */
  readonly path?: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly fieldSelector: string;
  readonly labelSelector: string;
}

export interface Verdict {
  readonly allowed: boolean;
  readonly reason: string;
  readonly error?: string;
}

/** Whether a user may do something; undefined is the user of the request. Answers at once. */
export type Authorize = (
  check: Check,
  serviceAccount: { namespace: string; name: string } | undefined,
) => Verdict;

const typeNamed = (name: string): ReturnType<typeof structType> =>
  structType(`kubernetes.authorization.${name}`);
export const authorizerType = typeNamed('Authorizer');
export const resourceCheckType = typeNamed('ResourceCheck');
const pathCheckType = typeNamed('PathCheck');
const groupCheckType = typeNamed('GroupCheck');
const decisionType = typeNamed('Decision');

export const authorizationTypeNames = [
  authorizerType,
  resourceCheckType,
  pathCheckType,
  groupCheckType,
  decisionType,
].map((type) => type.name);

/** One class serves all: each step of the chain has a type of its own and remembers the ones before. */
class Step extends ObjectValue {
  readonly type: typeof authorizerType;
  readonly authorize: Authorize;
  readonly account: { namespace: string; name: string } | undefined;
  readonly check: Check;
  constructor(type: typeof authorizerType, authorize: Authorize, account: Step['account'], check: Check) {
    super();
    this.type = type;
    this.authorize = authorize;
    this.account = account;
    this.check = check;
  }
  equals(other: Value): boolean {
    return this === other;
  }
  with(type: typeof authorizerType, change: Partial<Check>): Step {
    return new Step(type, this.authorize, this.account, { ...this.check, ...change });
  }
}

class Decision extends ObjectValue {
  readonly verdict: Verdict;
  constructor(verdict: Verdict) {
    super();
    this.verdict = verdict;
  }
  get type(): typeof decisionType {
    return decisionType;
  }
  equals(other: Value): boolean {
    return this === other;
  }
}

const nothing: Check = {
  verb: '',
  group: '',
  resource: '',
  subresource: '',
  namespace: '',
  name: '',
  fieldSelector: '',
  labelSelector: '',
};

/** The value of the variable `authorizer`. */
export const authorizerValue = (authorize: Authorize): ObjectValue =>
  new Step(authorizerType, authorize, undefined, nothing);

/** The value of `authorizer.requestResource`. */
export const requestResourceValue = (authorize: Authorize, resource: Partial<Check>): ObjectValue =>
  new Step(resourceCheckType, authorize, undefined, { ...nothing, ...resource });

function account(step: Step, namespace: string, name: string): Result {
  const label = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
  const segments = name.split('.');
  if (name.length > 253 || !segments.every((segment) => label.test(segment)))
    return new CelError('Invalid service account name');
  if (namespace.length > 63 || !label.test(namespace))
    return new CelError('Invalid service account namespace');
  return new Step(authorizerType, step.authorize, { namespace, name }, step.check);
}

const check = (step: Step, verb: string): Result =>
  new Decision(step.authorize({ ...step.check, verb }, step.account));

const name = (short: string): string => `kubernetes.authorization.${short}`;
const narrow = (method: string, id: string, field: keyof Check) =>
  memberFunction(
    method,
    id,
    `${name('ResourceCheck')}, string -> ${name('ResourceCheck')}`,
    (step: Step, value: string) => step.with(resourceCheckType, { [field]: value }),
  );
const read = (method: string, type: string, get: (verdict: Verdict) => Value) =>
  memberFunction(method, `decision_${method}`, `${name('Decision')} -> ${type}`, (decision: Decision) =>
    get(decision.verdict),
  );

export const authorizerLibrary: Library = [
  memberFunction(
    'path',
    'authorizer_path',
    `${name('Authorizer')}, string -> ${name('PathCheck')}`,
    (step: Step, path: string) =>
      path === '' ? new CelError('path must not be empty') : step.with(pathCheckType, { path }),
  ),
  memberFunction(
    'group',
    'authorizer_group',
    `${name('Authorizer')}, string -> ${name('GroupCheck')}`,
    (step: Step, group: string) => step.with(groupCheckType, { group }),
  ),
  memberFunction(
    'serviceAccount',
    'authorizer_serviceaccount',
    `${name('Authorizer')}, string, string -> ${name('Authorizer')}`,
    account,
  ),
  memberFunction(
    'resource',
    'groupcheck_resource',
    `${name('GroupCheck')}, string -> ${name('ResourceCheck')}`,
    (step: Step, resource: string) =>
      resource === ''
        ? new CelError('resource must not be empty')
        : step.with(resourceCheckType, { resource }),
  ),
  narrow('subresource', 'resourcecheck_subresource', 'subresource'),
  narrow('namespace', 'resourcecheck_namespace', 'namespace'),
  narrow('name', 'resourcecheck_name', 'name'),
  narrow('fieldSelector', 'authorizer_fieldselector', 'fieldSelector'),
  narrow('labelSelector', 'authorizer_labelselector', 'labelSelector'),
  memberFunction('check', 'pathcheck_check', `${name('PathCheck')}, string -> ${name('Decision')}`, check),
  memberFunction(
    'check',
    'resourcecheck_check',
    `${name('ResourceCheck')}, string -> ${name('Decision')}`,
    check,
  ),
  read('errored', 'bool', ({ error }) => error !== undefined),
  read('error', 'string', ({ error }) => error ?? ''),
  read('allowed', 'bool', ({ allowed }) => allowed),
  read('reason', 'string', ({ reason }) => reason),
];

/** For patches as JSON only. */
export const jsonPatchLibrary: Library = [
  globalFunction(
    'jsonpatch.escapeKey',
    'string_jsonpatch_escapeKey_string',
    'string -> string',
    (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1'),
  ),
];
