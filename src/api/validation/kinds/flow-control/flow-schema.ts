// Validates FlowSchemas. That the mandatory ones do not change is a rule of their strategy, which knows them.
// Paths and messages follow k8s.io/kubernetes pkg/apis/flowcontrol/validation. Called through rule-book.ts.
import { addAll } from '../../../../kit/lists.ts';
import type {
  FlowSchema,
  FlowSchemaSpec,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  Subject,
} from '../../../kinds/flowcontrol/v1/flow-schema.ts';
import {
  checkItems,
  complaints,
  errorsOfItems,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../field.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../../names.ts';
import type { Rules } from '../../rules.ts';
import { conditionTypeErrors } from './conditions.ts';

const HIGHEST_PRECEDENCE = 10_000;
const methods = ['ByNamespace', 'ByUser'];
const ALL = '*';

function precedenceErrors(name: string | undefined, precedence: number): FieldError[] {
  const wrong = (why: string) => invalid('spec.matchingPrecedence', precedence, why);
  return [
    ...(precedence <= 0 ? [wrong('must be a positive value')] : []),
    ...(precedence > HIGHEST_PRECEDENCE ? [wrong(`must not be greater than ${HIGHEST_PRECEDENCE}`)] : []),
    ...(precedence === 1 && name !== 'exempt'
      ? [wrong("only the schema named 'exempt' may have matchingPrecedence 1")]
      : []),
  ];
}

function levelErrors({ priorityLevelConfiguration }: FlowSchemaSpec): FieldError[] {
  const path = 'spec.priorityLevelConfiguration.name';
  const name = priorityLevelConfiguration?.name;
  return name
    ? complaints(path, name, isDNS1123Subdomain(name))
    : [required(path, 'must reference a priority level')];
}

function flowSchema({ metadata, spec, status }: FlowSchema): FieldError[] {
  const { matchingPrecedence = 0, distinguisherMethod: method, rules } = spec ?? {};
  const errors = precedenceErrors(metadata.name, matchingPrecedence);
  if (method && !methods.includes(method.type))
    errors.push(notSupported('spec.distinguisherMethod.type', { Type: method.type }, methods));
  if (spec) addAll(errors, levelErrors(spec));
  checkItems(errors, rules, (rule, i) => {
    addAll(errors, ruleErrors(rule, `spec.rules[${i}]`));
  });
  return [...errors, ...conditionTypeErrors(status?.conditions)];
}

function ruleErrors(rule: PolicyRulesWithSubjects, path: string): FieldError[] {
  const { subjects = [], resourceRules = [], nonResourceRules = [] } = rule;
  const errors = errorsOfItems(subjects, (subject, i) => subjectErrors(subject, `${path}.subjects[${i}]`));
  if (subjects.length === 0)
    errors.push(required(`${path}.subjects`, 'subjects must contain at least one value'));
  if (resourceRules.length === 0 && nonResourceRules.length === 0)
    errors.push(required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty'));
  return [
    ...errors,
    ...errorsOfItems(resourceRules, (r, i) => resourceErrors(r, `${path}.resourceRules[${i}]`)),
    ...errorsOfItems(nonResourceRules, (r, i) => nonResourceErrors(r, `${path}.nonResourceRules[${i}]`)),
  ];
}

const members = [
  ['ServiceAccount', 'serviceAccount'],
  ['User', 'user'],
  ['Group', 'group'],
] as const;

/** The member for the kind, and no other. */
function subjectErrors(subject: Subject, path: string): FieldError[] {
  const own = members.find(([kind]) => kind === subject.kind);
  if (!own) return [notSupported(`${path}.kind`, subject.kind, ['Group', 'ServiceAccount', 'User'])];
  const [kind, member] = own;
  const others = members.filter(([name, other]) => name !== kind && subject[other] !== undefined);
  return [
    ...(subject[member]
      ? memberErrors(subject, path)
      : [required(`${path}.${member}`, `${member} is required when subject kind is '${kind}'`)]),
    ...others.map(([name, other]) =>
      forbidden(`${path}.${other}`, `${other} is forbidden when subject kind is not '${name}'`),
    ),
  ];
}

function memberErrors({ kind, user, group, serviceAccount }: Subject, path: string): FieldError[] {
  if (kind === 'User') return user?.name ? [] : [required(`${path}.user.name`)];
  if (kind === 'Group') return group?.name ? [] : [required(`${path}.group.name`)];
  const { name = '', namespace = '' } = serviceAccount ?? {};
  const at = `${path}.serviceAccount`;
  return [
    ...(name === '' ? [required(`${at}.name`)] : []),
    ...(name === '' || name === ALL ? [] : complaints(`${at}.name`, name, isDNS1123Subdomain(name))),
    ...(namespace === ''
      ? [required(`${at}.namespace`, 'must specify namespace for service account')]
      : complaints(`${at}.namespace`, namespace, isDNS1123Label(namespace))),
  ];
}

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];

/** `*` stands alone. */
const crowded = (path: string, values: readonly string[], what: string): FieldError[] =>
  values.length > 1 && values.includes(ALL)
    ? [invalid(path, values, `if '*' is present, must not specify other ${what}`)]
    : [];

function verbErrors(given: readonly string[] = [], path = ''): FieldError[] {
  if (given.length === 0) return [required(path, 'verbs must contain at least one value')];
  if (given.includes(ALL)) return crowded(path, given, 'verbs');
  return given.every((verb) => verbs.includes(verb)) ? [] : [notSupported(path, given, verbs)];
}

function resourceErrors(rule: ResourcePolicyRule, path: string): FieldError[] {
  const { apiGroups = [], resources = [] } = rule;
  return [
    ...verbErrors(rule.verbs, `${path}.verbs`),
    ...(apiGroups.length === 0
      ? [required(`${path}.apiGroups`, 'resource rules must supply at least one api group')]
      : crowded(`${path}.apiGroups`, apiGroups, 'api groups')),
    ...(resources.length === 0
      ? [required(`${path}.resources`, 'resource rules must supply at least one resource')]
      : crowded(`${path}.resources`, resources, 'resources')),
    ...namespaceErrors(rule, `${path}.namespaces`),
  ];
}

function namespaceErrors({ namespaces = [], clusterScope }: ResourcePolicyRule, path: string): FieldError[] {
  if (namespaces.length === 0 && !clusterScope)
    return [required(path, 'resource rules that are not cluster scoped must supply at least one namespace')];
  if (namespaces.includes(ALL)) return crowded(path, namespaces, 'namespaces');
  return errorsOfItems(namespaces, (name, i) =>
    isDNS1123Label(name).map((text) =>
      invalid(`${path}[${i}]`, name, `each member of this list must be '*' or a DNS-1123 label; ${text}`),
    ),
  );
}

function nonResourceErrors(
  { verbs: given, nonResourceURLs: urls = [] }: NonResourcePolicyRule,
  path: string,
) {
  const errors = verbErrors(given, `${path}.verbs`);
  const at = `${path}.nonResourceURLs`;
  if (urls.length === 0) errors.push(required(at, 'nonResourceURLs must contain at least one value'));
  else if (urls.includes(ALL)) addAll(errors, crowded(at, urls, 'non-resource URLs'));
  else
    checkItems(errors, urls, (url, i) => {
      const why = urlComplaint(url);
      if (why) errors.push(invalid(`${at}[${i}]`, url, why));
    });
  return errors;
}

/** Only the last segment may be `*`. */
function urlComplaint(url: string): string | undefined {
  if (url === '') return 'must not be empty';
  if (url === '/') return undefined;
  if (!url.startsWith('/')) return 'must start with slash';
  if (url.includes(' ')) return 'must not contain white-space';
  if (url.includes('//')) return 'must not contain double slash';
  const star = url.indexOf(ALL);
  if (star < 0 || (star === url.length - 1 && url.endsWith('/*'))) return undefined;
  return 'wildcard can only do suffix matching';
}

export const flowSchemaRules: Rules<FlowSchema> = {
  create: flowSchema,
  status: ({ status }) => conditionTypeErrors(status?.conditions),
};
