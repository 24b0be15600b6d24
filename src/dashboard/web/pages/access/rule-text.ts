// Rules in words, and questions from words. Pure.
import type { PolicyRule } from '../../../../api/kinds/rbac/v1/policy.ts';
import type { Question } from './grants.ts';

/** `get, list pods, pods/log in core`. */
export function ruleText({
  verbs,
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
}: PolicyRule): {
  readonly verbs: string;
  readonly what: string;
} {
  const names = resourceNames.length > 0 ? ` named ${resourceNames.join(', ')}` : '';
  const groups = apiGroups.filter((group) => group !== '');
  const within = groups.length > 0 ? ` (${apiGroups.map((group) => group || 'core').join(', ')})` : '';
  const what = resources.length > 0 ? `${resources.map(everything).join(', ')}${within}${names}` : '';
  return {
    verbs: verbs.map((verb) => (verb === '*' ? 'everything on' : verb)).join(', '),
    what: [what, ...nonResourceURLs].filter(Boolean).join(', '),
  };
}

const everything = (resource: string): string => (resource === '*' ? 'all resources' : resource);

/** Rights from which others can be had, or with which all of a cluster can be read. */
const POWERFUL: readonly (readonly [verbs: readonly string[], resources: readonly string[]])[] = [
  [
    ['escalate', 'bind'],
    ['roles', 'clusterroles'],
  ],
  [['impersonate'], ['users', 'groups', 'serviceaccounts']],
  [['get', 'list', 'watch'], ['secrets']],
  [['create'], ['pods/exec', 'pods/attach', 'serviceaccounts/token']],
  [['get', 'create'], ['nodes/proxy']],
  [['approve'], ['signers']],
];

export const isPowerful = ({ verbs, resources = [] }: PolicyRule): boolean =>
  POWERFUL.some(
    ([which, on]) =>
      (verbs.includes('*') || which.some((verb) => verbs.includes(verb))) &&
      (resources.includes('*') || on.some((resource) => resources.includes(resource))),
  );

interface Asked {
  readonly verb: string;
  /** `pods`, `pods/log`, `deployments.apps`, `deployments.apps/scale`, or a path. */
  readonly resource: string;
  readonly name: string;
  readonly namespace: string;
}

/** The group that a resource without one has. */
type GroupOf = (plural: string) => string | undefined;

export function questionOf({ verb, resource, name, namespace }: Asked, groupOf: GroupOf): Question {
  const base = {
    verb: verb.trim(),
    name: '',
    namespace: '',
    group: '',
    resource: '',
    subresource: '',
    path: '',
  };
  const words = resource.trim();
  if (words.startsWith('/')) return { ...base, isResource: false, path: words };
  const slash = words.indexOf('/');
  const [main, subresource] = slash < 0 ? [words, ''] : [words.slice(0, slash), words.slice(slash + 1)];
  const dot = main.indexOf('.');
  const [plural, group] = dot < 0 ? [main, undefined] : [main.slice(0, dot), main.slice(dot + 1)];
  return {
    ...base,
    isResource: true,
    ...{ resource: plural, subresource, group: group ?? groupOf(plural) ?? '' },
    ...{ name: name.trim(), namespace },
  };
}
