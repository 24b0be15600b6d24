// What `create role` and `create clusterrole` make of their flags: rules, one for each API group. Which resources there are is asked
// of a `ResourceLookup`. Pure but for that; called by the commands beside it.
import { ClusterRole } from '../../../../api/kinds/rbac/v1/cluster-role.ts';
import type { PolicyRule } from '../../../../api/kinds/rbac/v1/policy.ts';
import { Role } from '../../../../api/kinds/rbac/v1/role.ts';
import { RBAC_GROUP } from './bindings.ts';
import { type Made, madeOf, metadataOf, type Place } from './made.ts';

export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

/** The resource that the server has by this name, plural; throws where it has none. */
export type ResourceLookup = (named: GroupResource) => Promise<GroupResource>;

export interface RoleFlags {
  readonly verbs: readonly string[];
  /** `resource[.group][/subresource]` each. */
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
}

export interface ClusterRoleFlags extends RoleFlags {
  readonly nonResourceURLs: readonly string[];
  readonly aggregationRule: Readonly<Record<string, string>>;
}

/** Where things go that are no errors. */
export type Warn = (text: string) => void;

interface Requested extends GroupResource {
  readonly subresource: string;
}

interface Rules {
  readonly verbs: readonly string[];
  readonly resources: readonly Requested[];
  readonly resourceNames: readonly string[];
}

export async function roleOf(
  place: Place,
  flags: RoleFlags,
  lookup: ResourceLookup,
  warn: Warn,
): Promise<Made> {
  const wanted = parse(flags);
  if (wanted.verbs.length === 0) throw new Error('at least one verb must be specified');
  warnOfVerbs(wanted.verbs, warn);
  if (wanted.resources.length === 0) throw new Error('at least one resource must be specified');
  await checkResources(wanted, lookup);
  return madeOf(Role, { metadata: metadataOf(place), rules: await rulesOf(wanted, lookup) });
}

export async function clusterRoleOf(
  name: string,
  flags: ClusterRoleFlags,
  lookup: ResourceLookup,
  warn: Warn,
): Promise<Made> {
  const wanted = parse(flags);
  const { nonResourceURLs: urls, aggregationRule } = flags;
  if (Object.keys(aggregationRule).length > 0) {
    if ([urls, wanted.verbs, wanted.resources, wanted.resourceNames].some((list) => list.length > 0))
      throw new Error(
        'aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames',
      );
    return madeOf(ClusterRole, {
      metadata: { name },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: aggregationRule }] },
    });
  }
  if (wanted.verbs.length === 0) throw new Error('at least one verb must be specified');
  if (wanted.resources.length === 0 && urls.length === 0)
    throw new Error('one of resource or nonResourceURL must be specified');
  if (wanted.resources.length > 0) {
    warnOfVerbs(wanted.verbs, warn);
    await checkResources(wanted, lookup);
  }
  if (urls.length > 0) checkUrls(wanted.verbs, urls);
  const rules = await rulesOf(wanted, lookup);
  if (urls.length > 0) rules.push({ verbs: [...wanted.verbs], nonResourceURLs: [...urls] });
  return madeOf(ClusterRole, { metadata: { name }, rules });
}

/** A star stands for all verbs; a star alone ends the list of resources, and stands for it. */
function parse({ verbs, resources, resourceNames }: RoleFlags): Rules {
  const requested: Requested[] = [];
  for (const text of resources) {
    const slash = text.indexOf('/');
    const [full, subresource] = slash < 0 ? [text, ''] : [text.slice(0, slash), text.slice(slash + 1)];
    const dot = full.indexOf('.');
    const [resource, group] = dot < 0 ? [full, ''] : [full.slice(0, dot), full.slice(dot + 1)];
    const one = { resource, group, subresource };
    if (text === '*')
      return { verbs: distinctVerbs(verbs), resources: [one], resourceNames: [...new Set(resourceNames)] };
    requested.push(one);
  }
  return { verbs: distinctVerbs(verbs), resources: requested, resourceNames: [...new Set(resourceNames)] };
}

const distinctVerbs = (verbs: readonly string[]): string[] =>
  verbs.includes('*') ? ['*'] : [...new Set(verbs)];

const RESOURCE_VERBS = new Set(
  '* get delete list create update patch watch proxy deletecollection use bind escalate impersonate'.split(
    ' ',
  ),
);
const URL_VERBS = new Set('* get post put delete patch head options'.split(' '));

function warnOfVerbs(verbs: readonly string[], warn: Warn): void {
  for (const verb of verbs)
    if (!RESOURCE_VERBS.has(verb)) warn(`Warning: '${verb}' is not a standard resource verb\n`);
}

function checkUrls(verbs: readonly string[], urls: readonly string[]): void {
  for (const verb of verbs)
    if (!URL_VERBS.has(verb)) throw new Error(`invalid verb: '${verb}' for nonResourceURL`);
  for (const url of urls) {
    if (url === '*') continue;
    if (!url.startsWith('/')) throw new Error('nonResourceURL should start with /');
    if (url.slice(0, -1).includes('*'))
      throw new Error("nonResourceURL only supports wildcard matches when '*' is at the end");
  }
}

const names = ({ group, resource }: GroupResource): string => `${resource}.${group}`;

/** Verbs that only some resources have, of which the server need not serve all. */
const SPECIAL_VERBS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['use', new Set(['podsecuritypolicies.policy', 'podsecuritypolicies.extensions'])],
  ['bind', new Set([`roles.${RBAC_GROUP}`, `clusterroles.${RBAC_GROUP}`])],
  ['escalate', new Set([`roles.${RBAC_GROUP}`, `clusterroles.${RBAC_GROUP}`])],
  ['impersonate', new Set(['users.', 'serviceaccounts.', 'groups.', 'userextras.authentication.k8s.io'])],
]);

async function checkResources({ verbs, resources }: Rules, lookup: ResourceLookup): Promise<void> {
  for (const requested of resources) {
    if (requested.resource === '')
      throw new Error('resource must be specified if apiGroup/subresource specified');
    if (requested.resource === '*') return;
    const { found, missing } = await find(requested, lookup);
    let isSpecial = false;
    for (const verb of verbs) {
      const allowed = SPECIAL_VERBS.get(verb);
      if (!allowed) continue;
      if (!allowed.has(names(found)))
        throw new Error(`can not perform '${verb}' on '${found.resource}' in group '${found.group}'`);
      isSpecial = true;
    }
    if (missing !== undefined && !isSpecial) throw missing;
  }
}

async function find(
  { resource, group }: Requested,
  lookup: ResourceLookup,
): Promise<{ found: GroupResource; missing?: unknown }> {
  try {
    return { found: await lookup({ resource, group }) };
  } catch (missing) {
    return { found: { resource, group }, missing };
  }
}

/** One rule for each group, in the order of their names. */
async function rulesOf(
  { verbs, resources, resourceNames }: Rules,
  lookup: ResourceLookup,
): Promise<PolicyRule[]> {
  const groups = new Map<string, Set<string>>();
  for (const requested of resources) {
    const { found } = await find(requested, lookup);
    const name = requested.subresource ? `${found.resource}/${requested.subresource}` : found.resource;
    const ofGroup = groups.get(found.group) ?? new Set();
    groups.set(found.group, ofGroup.add(name));
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, ofGroup]) => ({
      verbs: [...verbs],
      apiGroups: [group],
      resources: [...ofGroup],
      ...(resourceNames.length > 0 && { resourceNames: [...resourceNames] }),
    }));
}
