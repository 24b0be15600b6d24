// Validates roles and role bindings.
// Paths and messages follow k8s.io/kubernetes pkg/apis/rbac/validation. Called through rule-book.ts.

import { addAll } from '../../../kit/lists.ts';
import type { ClusterRole } from '../../kinds/rbac/v1/cluster-role.ts';
import type { PolicyRule, Subject } from '../../kinds/rbac/v1/policy.ts';
import type { Role } from '../../kinds/rbac/v1/role.ts';
import type { RoleBinding } from '../../kinds/rbac/v1/role-binding.ts';
import {
  checkItems,
  complaints,
  errorsOfItems,
  type FieldError,
  invalid,
  notSupported,
  required,
} from '../field.ts';
import { validateLabelSelector } from '../labels.ts';
import { isDNS1123Subdomain, pathSegmentName } from '../names.ts';
import { segmentName } from '../object-meta.ts';
import type { Rules } from '../rules.ts';
import { semanticEqual } from '../semantic.ts';

const group = 'rbac.authorization.k8s.io';

function ruleErrors(rule: PolicyRule, path: string, namespaced: boolean): FieldError[] {
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const errors = verbs.length > 0 ? [] : [required(`${path}.verbs`, 'verbs must contain at least one value')];
  if (nonResourceURLs.length > 0) {
    if (namespaced)
      errors.push(
        invalid(
          `${path}.nonResourceURLs`,
          nonResourceURLs,
          'namespaced rules cannot apply to non-resource URLs',
        ),
      );
    if (apiGroups.length > 0 || resources.length > 0 || resourceNames.length > 0)
      errors.push(
        invalid(
          `${path}.nonResourceURLs`,
          nonResourceURLs,
          'rules cannot apply to both regular resources and non-resource URLs',
        ),
      );
    return errors;
  }
  if (apiGroups.length === 0)
    errors.push(required(`${path}.apiGroups`, 'resource rules must supply at least one api group'));
  if (resources.length === 0)
    errors.push(required(`${path}.resources`, 'resource rules must supply at least one resource'));
  return errors;
}

const rulesErrors = (rules: readonly PolicyRule[] | undefined | null, namespaced: boolean): FieldError[] =>
  errorsOfItems(rules ?? [], (rule, i) => ruleErrors(rule, `rules[${i}]`, namespaced));

export const roleRules: Rules<Role> = { name: segmentName, create: (r) => rulesErrors(r.rules, true) };

function clusterRole({ rules, aggregationRule }: ClusterRole): FieldError[] {
  const errors = rulesErrors(rules, false);
  const selectors = aggregationRule?.clusterRoleSelectors ?? [];
  if (aggregationRule && selectors.length === 0)
    errors.push(
      required(
        'aggregationRule.clusterRoleSelectors',
        'at least one clusterRoleSelector required if aggregationRule is non-nil',
      ),
    );
  checkItems(errors, selectors, (selector, i) => {
    addAll(errors, validateLabelSelector(selector, `aggregationRule.clusterRoleSelectors[${i}]`));
  });
  return errors;
}

export const clusterRoleRules: Rules<ClusterRole> = { name: segmentName, create: clusterRole };

function subjectErrors(subject: Subject, path: string, namespaced: boolean): FieldError[] {
  const errors = subject.name ? [] : [required(`${path}.name`)];
  const { kind, apiGroup = '', name, namespace } = subject;
  if (kind === 'ServiceAccount') {
    if (name) addAll(errors, complaints(`${path}.name`, name, isDNS1123Subdomain(name)));
    if (apiGroup !== '') errors.push(notSupported(`${path}.apiGroup`, apiGroup, ['']));
    if (!namespaced && !namespace) errors.push(required(`${path}.namespace`));
  } else if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== group) errors.push(notSupported(`${path}.apiGroup`, apiGroup, [group]));
  } else errors.push(notSupported(`${path}.kind`, kind, ['ServiceAccount', 'User', 'Group']));
  return errors;
}

const binding =
  (namespaced: boolean) =>
  ({ roleRef, subjects = [] }: RoleBinding): FieldError[] => {
    const errors: FieldError[] = [];
    if (roleRef.apiGroup !== group)
      errors.push(notSupported('roleRef.apiGroup', roleRef.apiGroup ?? '', [group]));
    const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
    if (!kinds.includes(roleRef.kind)) errors.push(notSupported('roleRef.kind', roleRef.kind, kinds));
    if (!roleRef.name) errors.push(required('roleRef.name'));
    else addAll(errors, complaints('roleRef.name', roleRef.name, pathSegmentName(roleRef.name)));
    checkItems(errors, subjects, (subject, i) => {
      addAll(errors, subjectErrors(subject, `subjects[${i}]`, namespaced));
    });
    return errors;
  };

const bindingRules = (namespaced: boolean): Rules<RoleBinding> => ({
  name: segmentName,
  create: binding(namespaced),
  update: (b, old) => {
    const errors = binding(namespaced)(b);
    if (!semanticEqual(b.roleRef, old.roleRef))
      errors.push(invalid('roleRef', b.roleRef, 'cannot change roleRef'));
    return errors;
  },
});

export const roleBindingRules = bindingRules(true);
/** Also for ClusterRoleBinding, which has the same fields. */
export const clusterRoleBindingRules = bindingRules(false);
