// What a role or binding of the server becomes so that it has what a file says. Pure.
// Upstream: k8s.io/component-helpers/auth/rbac/reconciliation.
import { isDeepStrictEqual } from 'node:util';
import type { PolicyRule } from '../../../api/kinds/rbac/v1/policy.ts';
import { simpleRules } from '../../describe/access/rules.ts';
import { listText } from '../../describe/values.ts';
import type { KubeObject } from '../../resources/object.ts';

export interface Subject {
  readonly kind: string;
  readonly apiGroup?: string;
  readonly name: string;
  readonly namespace?: string;
}

export interface RbacObject extends KubeObject {
  rules?: readonly PolicyRule[] | null;
  aggregationRule?: { readonly clusterRoleSelectors?: readonly unknown[] };
  subjects?: readonly Subject[];
  roleRef?: { readonly apiGroup: string; readonly kind: string; readonly name: string };
}

export interface Reconciled {
  readonly object: RbacObject;
  readonly operation: 'none' | 'create' | 'update' | 'recreate';
  /** The object says that it is not to be changed. */
  readonly isProtected: boolean;
  readonly missingRules: readonly PolicyRule[];
  readonly extraRules: readonly PolicyRule[];
  readonly missingSubjects: readonly Subject[];
  readonly extraSubjects: readonly Subject[];
}

const OPT_OUT = 'rbac.authorization.kubernetes.io/autoupdate';

export function reconciled(
  existing: RbacObject | undefined,
  wanted: RbacObject,
  removes: { readonly permissions: boolean; readonly subjects: boolean },
): Reconciled {
  const isProtected = existing?.metadata?.annotations?.[OPT_OUT] === 'false';
  const nothing = { isProtected, missingRules: [], extraRules: [], missingSubjects: [], extraSubjects: [] };
  const subjects = (wanted.subjects ?? []).map(withDefaults);
  if (!existing) {
    const missing = { missingRules: wanted.rules ?? [], missingSubjects: subjects };
    return { ...nothing, ...missing, object: wanted, operation: 'create' };
  }
  if (wanted.roleRef && !isDeepStrictEqual(wanted.roleRef, existing.roleRef))
    return { ...nothing, object: wanted, operation: 'recreate', missingSubjects: subjects };
  const merged = withMetadata(existing, wanted);
  const partial = wanted.roleRef
    ? ofSubjects(merged, existing, subjects, removes.subjects)
    : wanted.aggregationRule
      ? ofSelectors(merged, existing, wanted, removes.permissions)
      : ofRules(merged, existing, wanted, removes.permissions);
  const operation = isDeepStrictEqual(partial.object, existing) ? 'none' : 'update';
  return { ...nothing, ...partial, operation };
}

/** Labels and annotations of the file, where the server has no others. */
function withMetadata(existing: RbacObject, { metadata }: RbacObject): RbacObject {
  const union = (key: 'labels' | 'annotations') => {
    const all = { ...metadata?.[key], ...existing.metadata?.[key] };
    return Object.keys(all).length > 0 ? { [key]: all } : {};
  };
  return { ...existing, metadata: { ...existing.metadata, ...union('labels'), ...union('annotations') } };
}

type Part = Pick<Reconciled, 'object'> & Partial<Omit<Reconciled, 'object' | 'operation'>>;

function ofRules(object: RbacObject, existing: RbacObject, wanted: RbacObject, removes: boolean): Part {
  const [have, want] = [existing.rules ?? [], wanted.rules ?? []];
  const extraRules = uncovered(want, have);
  const missingRules = uncovered(have, want);
  if (removes && missingRules.length + extraRules.length > 0)
    return { object: { ...object, rules: want }, missingRules, extraRules };
  const rules = !removes && missingRules.length > 0 ? [...have, ...missingRules] : undefined;
  return { object: rules ? { ...object, rules } : object, missingRules, extraRules };
}

function ofSelectors(object: RbacObject, existing: RbacObject, wanted: RbacObject, removes: boolean): Part {
  const have = existing.aggregationRule?.clusterRoleSelectors ?? [];
  const want = wanted.aggregationRule?.clusterRoleSelectors ?? [];
  const lacking = want.filter((one) => !have.some((other) => isDeepStrictEqual(one, other)));
  const clusterRoleSelectors = removes ? want : [...have, ...lacking];
  return { object: { ...object, aggregationRule: { ...existing.aggregationRule, clusterRoleSelectors } } };
}

function ofSubjects(
  object: RbacObject,
  existing: RbacObject,
  want: readonly Subject[],
  removes: boolean,
): Part {
  const have = existing.subjects ?? [];
  const isIn = (all: readonly Subject[], one: Subject) =>
    all.some((other) => subjectText(other) === subjectText(one));
  const missingSubjects = want.filter((one) => !isIn(have, one));
  const extraSubjects = have.filter((one) => !isIn(want, one));
  if (removes && missingSubjects.length + extraSubjects.length > 0)
    return { object: { ...object, subjects: want }, missingSubjects, extraSubjects };
  const subjects = !removes && missingSubjects.length > 0 ? [...have, ...missingSubjects] : undefined;
  return { object: subjects ? { ...object, subjects } : object, missingSubjects, extraSubjects };
}

const withDefaults = (subject: Subject): Subject => ({
  ...subject,
  ...(subject.kind !== 'ServiceAccount' && !subject.apiGroup && { apiGroup: 'rbac.authorization.k8s.io' }),
});

/** Rights of `rules`, one by one, that `owners` do not have. */
function uncovered(owners: readonly PolicyRule[], rules: readonly PolicyRule[]): PolicyRule[] {
  return rules.flatMap(simpleRules).filter((rule) => !owners.some((owner) => covers(owner, rule)));
}

const hasEach = (owner: readonly string[] | undefined, wanted: readonly string[] | undefined): boolean =>
  (wanted ?? []).every((one) => owner?.includes(one));

const hasAll = (owner: readonly string[] | undefined, wanted: readonly string[] | undefined): boolean =>
  owner?.includes('*') === true || hasEach(owner, wanted);

/** `rule` has at most one of everything. */
function covers(owner: PolicyRule, rule: PolicyRule): boolean {
  if (!hasAll(owner.verbs, rule.verbs)) return false;
  if (rule.nonResourceURLs)
    return rule.nonResourceURLs.every((url) => coversUrl(owner.nonResourceURLs ?? [], url));
  if (!owner.apiGroups?.length || !hasAll(owner.apiGroups, rule.apiGroups)) return false;
  const [resource = ''] = rule.resources ?? [];
  const slash = resource.indexOf('/');
  const ofEvery = slash < 0 ? '*' : `*${resource.slice(slash)}`;
  if (!hasAll(owner.resources, [resource]) && !owner.resources?.includes(ofEvery)) return false;
  if (!owner.resourceNames?.length) return true;
  return rule.resourceNames !== undefined && hasEach(owner.resourceNames, rule.resourceNames);
}

const coversUrl = (owned: readonly string[], url: string): boolean =>
  owned.some((one) => one === '*' || one === url || (one.endsWith('*') && url.startsWith(one.slice(0, -1))));

/** As Go's %+v shows it. */
export const ruleText = (rule: PolicyRule): string =>
  `{Verbs:${listText(rule.verbs)} APIGroups:${listText(rule.apiGroups)} Resources:${listText(rule.resources)} ResourceNames:${listText(rule.resourceNames)} NonResourceURLs:${listText(rule.nonResourceURLs)}}`;

export const subjectText = ({ kind, apiGroup = '', name, namespace = '' }: Subject): string =>
  `{Kind:${kind} APIGroup:${apiGroup} Name:${name} Namespace:${namespace}}`;
