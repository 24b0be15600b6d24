// Rules of roles, taken apart and put together again so that each resource stands once. Called by describe and by `auth can-i
// --list`. Upstream: rbac.BreakdownRule and CompactRules of kubectl. Pure.
import type { PolicyRule } from '../../../api/kinds/rbac/v1/policy.ts';
import { byKey, listText } from '../values.ts';

const ANY_NAME = [undefined];

/** Rules with one verb and at most one group, resource and name each. */
export function simpleRules(rule: PolicyRule): PolicyRule[] {
  const names = rule.resourceNames?.length ? rule.resourceNames : ANY_NAME;
  const simple: PolicyRule[] = [];
  for (const group of rule.apiGroups ?? [])
    for (const resource of rule.resources ?? [])
      for (const verb of rule.verbs)
        for (const name of names)
          simple.push({
            apiGroups: [group],
            resources: [resource],
            verbs: [verb],
            ...(name !== undefined && { resourceNames: [name] }),
          });
  for (const url of rule.nonResourceURLs ?? [])
    for (const verb of rule.verbs) simple.push({ nonResourceURLs: [url], verbs: [verb] });
  return simple;
}

/** In the order of their texts. */
export function compactRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const compact: PolicyRule[] = [];
  const byResource = new Map<string, { rule: PolicyRule; verbs: Set<string> }>();
  for (const rule of rules.flatMap(simpleRules)) {
    if (rule.nonResourceURLs) {
      compact.push(rule);
      continue;
    }
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames]);
    const known = byResource.get(key);
    if (known) known.verbs.add(rule.verbs[0]!);
    else byResource.set(key, { rule, verbs: new Set(rule.verbs) });
  }
  for (const { rule, verbs } of byResource.values()) compact.push({ ...rule, verbs: [...verbs] });
  return compact.sort(byKey(textOf));
}

/** As the generated String() of Go writes it, which decides on the order. */
const textOf = (rule: PolicyRule): string =>
  `Verbs:${listText(rule.verbs)},APIGroups:${listText(rule.apiGroups)},Resources:${listText(rule.resources)},ResourceNames:${listText(rule.resourceNames)},NonResourceURLs:${listText(rule.nonResourceURLs)},`;

/** `deployments.apps/scale`. */
export function ruleResource({ resources = [], apiGroups = [] }: PolicyRule): string {
  const [first] = resources;
  if (first === undefined) return '';
  const slash = first.indexOf('/');
  const [name, subresource] = slash < 0 ? [first, ''] : [first.slice(0, slash), first.slice(slash)];
  return `${name}${apiGroups[0] ? `.${apiGroups[0]}` : ''}${subresource}`;
}
