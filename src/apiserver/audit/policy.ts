// The audit policy (--audit-policy-file): which requests are recorded, and how much of them. The first rule that matches a
// request decides. Called by auditor.ts for every request. Upstream: staging/src/k8s.io/apiserver/pkg/audit/policy.
import { parseYaml } from '../../api/codec/yaml.ts';
import type { User } from '../request.ts';
import type { RequestInfo } from '../request-info.ts';

export const LEVELS = ['None', 'Metadata', 'Request', 'RequestResponse'] as const;
export type Level = (typeof LEVELS)[number];

export const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const;
export type Stage = (typeof STAGES)[number];

export const isAtLeast = (level: Level, other: Level): boolean =>
  LEVELS.indexOf(level) >= LEVELS.indexOf(other);

interface GroupResources {
  readonly group: string;
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
}

interface Rule {
  readonly level: Level;
  readonly users: readonly string[];
  readonly userGroups: readonly string[];
  readonly verbs: readonly string[];
  readonly resources: readonly GroupResources[];
  readonly namespaces: readonly string[];
  readonly nonResourceURLs: readonly string[];
  readonly verdict: Verdict;
}

/** What to record of a request. */
export interface Verdict {
  readonly level: Level;
  readonly omitStages: ReadonlySet<Stage>;
  readonly omitManagedFields: boolean;
}

export interface Policy {
  readonly rules: readonly Rule[];
  /** Of requests that no rule matches. */
  readonly otherwise: Verdict;
}

/** Bytes of the file. */
const MAX_FILE = 1 << 20;

/** Throws an Error that names the field. */
export function parsePolicy(text: string): Policy {
  if (text.length > MAX_FILE) throw new Error(`the file is larger than ${MAX_FILE} bytes`);
  const policy = mapOf(parseYaml(text), 'policy', POLICY_FIELDS);
  if (policy.apiVersion !== 'audit.k8s.io/v1' || policy.kind !== 'Policy')
    throw new Error('apiVersion audit.k8s.io/v1 and kind Policy are required');
  const omitStages = stagesOf(policy.omitStages, 'omitStages');
  const omitManagedFields = flagOf(policy.omitManagedFields, 'omitManagedFields') ?? false;
  const rules = listOf(policy.rules, 'rules');
  if (rules.length === 0) throw new Error('loaded illegal policy with 0 rules');
  return {
    rules: rules.map((rule, i) => ruleOf(rule, `rules[${i}]`, omitStages, omitManagedFields)),
    otherwise: { level: 'None', omitStages: new Set(omitStages), omitManagedFields },
  };
}

const POLICY_FIELDS = ['apiVersion', 'kind', 'metadata', 'rules', 'omitStages', 'omitManagedFields'];
const RULE_FIELDS = [
  'level',
  'users',
  'userGroups',
  'verbs',
  'resources',
  'namespaces',
  'nonResourceURLs',
  'omitStages',
  'omitManagedFields',
];

function ruleOf(
  value: unknown,
  path: string,
  omitStages: readonly Stage[],
  omitManagedFields: boolean,
): Rule {
  const rule = mapOf(value, path, RULE_FIELDS);
  const level = rule.level as Level;
  if (rule.level === undefined) throw new Error(`${path}.level: Required value`);
  if (!LEVELS.includes(level))
    throw new Error(
      `${path}.level: Unsupported value: ${JSON.stringify(level)}: supported values: ${quoted(LEVELS)}`,
    );
  const nonResourceURLs = textsOf(rule.nonResourceURLs, `${path}.nonResourceURLs`);
  const resources = listOf(rule.resources, `${path}.resources`).map((one, i) =>
    groupResourcesOf(one, `${path}.resources[${i}]`),
  );
  const namespaces = textsOf(rule.namespaces, `${path}.namespaces`);
  for (const [i, url] of nonResourceURLs.entries()) checkUrl(url, `${path}.nonResourceURLs[${i}]`);
  if (nonResourceURLs.length > 0 && (resources.length > 0 || namespaces.length > 0))
    throw new Error(
      `${path}.nonResourceURLs: rules cannot apply to both regular resources and non-resource URLs`,
    );
  return {
    level,
    users: textsOf(rule.users, `${path}.users`),
    userGroups: textsOf(rule.userGroups, `${path}.userGroups`),
    verbs: textsOf(rule.verbs, `${path}.verbs`),
    resources,
    namespaces,
    nonResourceURLs,
    verdict: {
      level,
      omitStages: new Set([...omitStages, ...stagesOf(rule.omitStages, `${path}.omitStages`)]),
      omitManagedFields: flagOf(rule.omitManagedFields, `${path}.omitManagedFields`) ?? omitManagedFields,
    },
  };
}

function groupResourcesOf(value: unknown, path: string): GroupResources {
  const { group = '', ...lists } = mapOf(value, path, ['group', 'resources', 'resourceNames']);
  if (typeof group !== 'string' || group.includes('/'))
    throw new Error(
      `${path}.group: Invalid value: ${JSON.stringify(group)}: must be the name of an API group`,
    );
  const resources = textsOf(lists.resources, `${path}.resources`);
  const resourceNames = textsOf(lists.resourceNames, `${path}.resourceNames`);
  if (resourceNames.length > 0 && resources.length === 0)
    throw new Error(`${path}.resourceNames: using resourceNames requires at least one resource`);
  return { group, resources, resourceNames };
}

function checkUrl(url: string, path: string): void {
  if (url === '*') return;
  if (!url.startsWith('/'))
    throw new Error(`${path}: non-resource URL rules must begin with a '/' character`);
  if (url.slice(0, -1).includes('*'))
    throw new Error(`${path}: non-resource URL wildcards '*' must be the final character of the rule`);
}

function mapOf(value: unknown, path: string, fields: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${path}: a mapping is required`);
  const unknown = Object.keys(value).find((key) => !fields.includes(key));
  if (unknown !== undefined) throw new Error(`${path}: unknown field ${JSON.stringify(unknown)}`);
  return value as Readonly<Record<string, unknown>>;
}

function listOf(value: unknown, path: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Error(`${path}: a list is required`);
  return value;
}

function textsOf(value: unknown, path: string): readonly string[] {
  const list = listOf(value, path);
  if (!list.every((one) => typeof one === 'string'))
    throw new Error(`${path}: a list of strings is required`);
  return list;
}

function stagesOf(value: unknown, path: string): readonly Stage[] {
  const list = textsOf(value, path);
  const wrong = list.findIndex((one) => !STAGES.includes(one as Stage));
  if (wrong >= 0)
    throw new Error(
      `${path}[${wrong}]: Invalid value: ${JSON.stringify(list[wrong])}: allowed stages are ${STAGES.join(',')}`,
    );
  return list as readonly Stage[];
}

function flagOf(value: unknown, path: string): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  throw new Error(`${path}: true or false is required`);
}

const quoted = (words: readonly string[]): string => words.map((word) => JSON.stringify(word)).join(', ');

export function evaluate({ rules, otherwise }: Policy, user: User, info: RequestInfo): Verdict {
  return rules.find((rule) => matches(rule, user, info))?.verdict ?? otherwise;
}

function matches(rule: Rule, user: User, info: RequestInfo): boolean {
  if (rule.users.length > 0 && !rule.users.includes(user.name)) return false;
  if (rule.userGroups.length > 0 && !user.groups.some((group) => rule.userGroups.includes(group)))
    return false;
  if (rule.verbs.length > 0 && !rule.verbs.includes(info.verb)) return false;
  if (rule.namespaces.length > 0 || rule.resources.length > 0) return matchesResource(rule, info);
  if (rule.nonResourceURLs.length > 0)
    return !info.isResource && rule.nonResourceURLs.some((spec) => matchesPath(info.path, spec));
  return true;
}

const matchesPath = (path: string, spec: string): boolean =>
  spec === '*' || spec === path || (spec.endsWith('*') && path.startsWith(spec.slice(0, -1)));

function matchesResource({ namespaces, resources }: Rule, info: RequestInfo): boolean {
  if (!info.isResource) return false;
  if (namespaces.length > 0 && !namespaces.includes(info.namespace)) return false;
  return resources.length === 0 || resources.some((one) => covers(one, info));
}

function covers(one: GroupResources, { group, resource, subresource, name }: RequestInfo): boolean {
  if (one.group !== group && one.group !== '*') return false;
  if (one.resources.length === 0) return true;
  if (one.resourceNames.length > 0 && !one.resourceNames.includes(name)) return false;
  const whole = subresource ? `${resource}/${subresource}` : resource;
  return one.resources.some(
    (spec) =>
      spec === '*' ||
      spec === whole ||
      (subresource && spec === `*/${subresource}`) ||
      spec === `${resource}/*`,
  );
}
