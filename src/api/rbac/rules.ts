// Policy rules compiled into predicates. Used by the authorizers of the API server, and by the dashboard to say who may do what.
// Pure.
// Upstream: pkg/apis/rbac/v1/evaluation_helpers.go.
import type { PolicyRule } from '../kinds/rbac/v1/policy.ts';

/** What is asked for: one verb on a resource, or on a path. Fields that do not apply are empty. */
export interface Access {
  readonly isResource: boolean;
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  readonly path: string;
}

export interface CompiledRule {
  readonly source: PolicyRule;
  /** Ignores the object's name: callers must also check `names`. */
  readonly covers: (asked: Access) => boolean;
  /** resourceNames; undefined if the rule is for all names. */
  readonly names: ReadonlySet<string> | undefined;
}

export function compileRule(rule: PolicyRule): CompiledRule {
  const verbs = among(rule.verbs);
  const groups = among(rule.apiGroups ?? []);
  const resources = rule.resources ?? [];
  const exact = among(resources);
  const everyone = resources.filter((r) => r.startsWith('*/')).map((r) => r.slice(2));
  const names = rule.resourceNames?.length ? new Set(rule.resourceNames) : undefined;
  const urls = rule.nonResourceURLs ?? [];
  return {
    source: rule,
    names,
    covers: (a) =>
      verbs(a.verb) &&
      (a.isResource
        ? groups(a.group) &&
          (exact(a.subresource ? `${a.resource}/${a.subresource}` : a.resource) ||
            (a.subresource !== '' && everyone.includes(a.subresource)))
        : urls.some((url) => matchesUrl(url, a.path))),
  };
}

function among(values: readonly string[]): (value: string) => boolean {
  if (values.includes('*')) return () => true;
  const set = new Set(values);
  return (value) => set.has(value);
}

const matchesUrl = (url: string, path: string): boolean =>
  url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1)));

/** Whether one of `rules` allows the request. */
export const allows = (rules: readonly CompiledRule[], asked: Access): boolean =>
  rules.some((rule) => rule.covers(asked) && (!rule.names || rule.names.has(asked.name)));
