// Whether a rule of a FlowSchema matches a request. Subjects and requests are matched separately: the rules that match a user
// are found once per user (classifier.ts). Upstream: staging/src/k8s.io/apiserver/pkg/util/flowcontrol/rule.go.
import type {
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  Subject,
} from '../../api/kinds/flowcontrol/v1/flow-schema.ts';
import type { User } from '../request.ts';
import type { RequestInfo } from '../request-info.ts';

const ACCOUNT = 'system:serviceaccount:';

/** The parts of a request that rules look at. */
export type Matched = Pick<
  RequestInfo,
  'isResource' | 'verb' | 'group' | 'resource' | 'subresource' | 'namespace' | 'path'
>;

export const matchesUser = (subjects: readonly Subject[], user: User): boolean =>
  subjects.some((subject) => matchesSubject(subject, user));

function matchesSubject(subject: Subject, { name, groups }: User): boolean {
  switch (subject.kind) {
    case 'User':
      return subject.user?.name === '*' || subject.user?.name === name;
    case 'Group':
      return subject.group?.name === '*' || groups.includes(subject.group?.name ?? '');
    case 'ServiceAccount':
      return subject.serviceAccount !== undefined && matchesAccount(subject.serviceAccount, name);
    default:
      return false;
  }
}

function matchesAccount(wanted: NonNullable<Subject['serviceAccount']>, user: string): boolean {
  const prefix = `${ACCOUNT}${wanted.namespace}:`;
  return wanted.name === '*' ? user.startsWith(prefix) : user === prefix + wanted.name;
}

/** Whether a rule whose subjects match also matches the request. */
export function matchesRequest(rule: PolicyRulesWithSubjects, request: Matched): boolean {
  return request.isResource
    ? (rule.resourceRules ?? []).some((one) => matchesResource(one, request))
    : (rule.nonResourceRules ?? []).some((one) => matchesPath(one, request));
}

function matchesResource(rule: ResourcePolicyRule, request: Matched): boolean {
  const { resource, subresource, namespace } = request;
  if (!has(rule.verbs, request.verb) || !has(rule.apiGroups, request.group)) return false;
  if (!has(rule.resources, subresource ? `${resource}/${subresource}` : resource)) return false;
  return namespace ? has(rule.namespaces ?? [], namespace) : rule.clusterScope === true;
}

function matchesPath(rule: NonResourcePolicyRule, { verb, path }: Matched): boolean {
  return has(rule.verbs, verb) && rule.nonResourceURLs.some((url) => url === '*' || below(url, path));
}

/** As upstream, a URL also matches every path below it, whether or not it ends with a star. */
function below(url: string, path: string): boolean {
  if (url === path) return true;
  const base = url.endsWith('*') ? url.slice(0, -1) : url;
  return path.startsWith(base.endsWith('/') ? base : `${base}/`);
}

/** Validation allows a star only as the sole entry. */
const has = (list: readonly string[], value: string): boolean =>
  list[0] === '*' ? list.length === 1 : list.includes(value);
