// Attribute based access control: policies from a file with one JSON object in each line (--authorization-policy-file).
// Made by open-authorization.ts. Upstream: pkg/auth/authorizer/abac/abac.go and pkg/apis/abac.
import type { PolicyRule } from '../../../api/kinds/rbac/v1/policy.ts';
import { messageOf } from '../../../kit/message-of.ts';
import type { User } from '../../request.ts';
import {
  ALLOWED,
  type Attributes,
  type Decision,
  type LocalAuthorizer,
  type UserRules,
} from '../attributes.ts';
import { withoutStars } from '../covers.ts';

/** Empty fields match nothing but empty attributes. */
interface Policy {
  readonly user: string;
  readonly group: string;
  readonly readonly: boolean;
  readonly apiGroup: string;
  readonly resource: string;
  readonly namespace: string;
  readonly nonResourcePath: string;
}

const READ_ONLY = ['get', 'list', 'watch'];
const NO_MATCH: Decision = { allowed: false, reason: 'No policy matched.' };

export class Abac implements LocalAuthorizer {
  readonly #policies: readonly Policy[];

  /** Throws an Error that names the line. */
  constructor(text: string, file: string) {
    this.#policies = text.split('\n').flatMap((line, i) => {
      const trimmed = line.trim();
      if (trimmed === '' || trimmed.startsWith('#')) return [];
      try {
        return [policyOf(trimmed)];
      } catch (error) {
        throw new Error(`error reading policy file ${file}, line ${i + 1}: ${trimmed}: ${messageOf(error)}`);
      }
    });
  }

  authorize(user: User, attributes: Attributes): Decision {
    return this.#policies.some((policy) => matches(policy, user, attributes)) ? ALLOWED : NO_MATCH;
  }

  userRules(user: User, namespace: string): UserRules {
    const own = this.#policies.filter(
      (policy) => isSubject(policy, user) && ['*', namespace].includes(policy.namespace),
    );
    return { rules: own.flatMap(rulesOf) };
  }
}

const BETA = 'abac.authorization.kubernetes.io/v1beta1';

function policyOf(line: string): Policy {
  const { apiVersion, kind, spec, ...old } = JSON.parse(line) as Record<string, unknown>;
  if (apiVersion === undefined && kind === undefined) return withoutVersion(fieldsOf(old));
  if (apiVersion !== BETA || kind !== 'Policy')
    throw new Error(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`,
    );
  return named(fieldsOf((spec ?? {}) as Record<string, unknown>));
}

function fieldsOf(given: Readonly<Record<string, unknown>>): Policy {
  const text = (name: string): string => {
    const { [name]: value = '' } = given;
    if (typeof value !== 'string') throw new Error(`${name} must be a string`);
    return value;
  };
  return {
    user: text('user'),
    group: text('group'),
    readonly: given.readonly === true,
    apiGroup: text('apiGroup'),
    resource: text('resource'),
    namespace: text('namespace'),
    nonResourcePath: text('nonResourcePath'),
  };
}

/** A user or group "*" means all who are authenticated. */
function named(policy: Policy): Policy {
  return policy.user === '*' || policy.group === '*' ? { ...policy, user: '', group: ALL } : policy;
}

const ALL = 'system:authenticated';

/** In the first version, what was left out meant everything. */
function withoutVersion(policy: Policy): Policy {
  const { namespace, resource, user, group } = policy;
  const whole = namespace === '' && resource === '';
  return {
    ...policy,
    ...(user === '' && group === '' && { group: ALL }),
    ...((user === '*' || group === '*') && { user: '', group: ALL }),
    namespace: namespace || '*',
    resource: resource || '*',
    apiGroup: '*',
    nonResourcePath: whole ? '*' : '',
  };
}

function matches(policy: Policy, user: User, attributes: Attributes): boolean {
  if (!isSubject(policy, user)) return false;
  if (policy.readonly && !READ_ONLY.includes(attributes.verb)) return false;
  return attributes.isResource ? matchesResource(policy, attributes) : matchesPath(policy, attributes.path);
}

function isSubject({ user, group }: Policy, { name, groups }: User): boolean {
  if (user && user !== '*' && user !== name) return false;
  if (group && group !== '*' && !groups.includes(group)) return false;
  return user !== '' || group !== '';
}

const matchesResource = (policy: Policy, { namespace, resource, group }: Attributes): boolean =>
  ['*', namespace].includes(policy.namespace) &&
  ['*', resource].includes(policy.resource) &&
  ['*', group].includes(policy.apiGroup);

function matchesPath({ nonResourcePath: pattern }: Policy, path: string): boolean {
  if (pattern === '*' || pattern === path) return true;
  return pattern.endsWith('*') && path.startsWith(withoutStars(pattern));
}

function rulesOf({ readonly, apiGroup, resource, nonResourcePath }: Policy): PolicyRule[] {
  const verbs = readonly ? [...READ_ONLY] : ['*'];
  return [
    ...(resource ? [{ verbs, apiGroups: [apiGroup], resources: [resource] }] : []),
    ...(nonResourcePath ? [{ verbs, nonResourceURLs: [nonResourcePath] }] : []),
  ];
}
