// Whether a user's rules cover all permissions of other rules, for privilege escalation prevention. Rules are broken down into
// single permissions, so that several rules together can cover one. Pure. Called by admission/escalation.ts.
// Upstream: pkg/registry/rbac/validation/{rule.go,policy_compact.go} and component-helpers/auth/rbac/validation.
import type { PolicyRule } from '../../api/kinds/rbac/v1/policy.ts';

/** The single permissions of `wanted` that no rule of `held` covers. */
export function missingGrants(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(grantsOf).filter((grant) => !held.some((rule) => covers(rule, grant)));
}

function grantsOf({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): PolicyRule[] {
  const names = resourceNames?.length ? resourceNames.map((name) => ({ resourceNames: [name] })) : [{}];
  const onResources = (apiGroups ?? []).flatMap((group) =>
    (resources ?? []).flatMap((resource) =>
      verbs.flatMap((verb) =>
        names.map((name) => ({ apiGroups: [group], resources: [resource], verbs: [verb], ...name })),
      ),
    ),
  );
  const onPaths = (nonResourceURLs ?? []).flatMap((url) =>
    verbs.map((verb) => ({ nonResourceURLs: [url], verbs: [verb] })),
  );
  return [...onResources, ...onPaths];
}

function covers(held: PolicyRule, grant: PolicyRule): boolean {
  const names = held.resourceNames ?? [];
  return (
    among(held.verbs, grant.verbs) &&
    among(held.apiGroups, grant.apiGroups) &&
    (grant.resources ?? []).every((resource) => coversResource(held.resources ?? [], resource)) &&
    (grant.nonResourceURLs ?? []).every((url) => coversUrl(held.nonResourceURLs ?? [], url)) &&
    (names.length === 0 || (grant.resourceNames?.every((name) => names.includes(name)) ?? false))
  );
}

const among = (held: readonly string[] = [], wanted: readonly string[] = []): boolean =>
  held.includes('*') || wanted.every((value) => held.includes(value));

function coversResource(held: readonly string[], resource: string): boolean {
  if (held.includes('*') || held.includes(resource)) return true;
  const slash = resource.indexOf('/');
  return slash >= 0 && held.includes(`*${resource.slice(slash)}`);
}

export function withoutStars(pattern: string): string {
  let end = pattern.length;
  while (pattern[end - 1] === '*') end--;
  return pattern.slice(0, end);
}

const coversUrl = (held: readonly string[], url: string): boolean =>
  held.some((own) => own === '*' || own === url || (own.endsWith('*') && url.startsWith(withoutStars(own))));

/** Merges permissions that differ only in their verbs, in the order of their first occurrence. */
export function compacted(grants: readonly PolicyRule[]): PolicyRule[] {
  const byRest = new Map<string, PolicyRule>();
  for (const { verbs, ...rest } of grants) {
    const key = JSON.stringify(rest);
    const known = byRest.get(key);
    if (known) known.verbs = [...new Set([...known.verbs, ...verbs])];
    else byRest.set(key, { ...rest, verbs: [...verbs] });
  }
  return [...byRest.values()];
}

/** A rule as one line of a message. */
export function ruleText(rule: PolicyRule): string {
  const parts: [string, readonly string[] | undefined][] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ];
  const shown = parts.flatMap(([name, values]) =>
    values?.length ? [`${name}:[${values.map((value) => JSON.stringify(value)).join(' ')}]`] : [],
  );
  return `{${shown.join(', ')}}`;
}
