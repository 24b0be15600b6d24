// Subjects, bindings, roles and rules, as all three questions show them.
import type { PolicyRule, Subject } from '../../../../api/kinds/rbac/v1/policy.ts';
import { objectHref } from '../../app/links.ts';
import { Icon } from '../../pieces/icons.tsx';
import type { Bound } from './grants.ts';
import { isPowerful, ruleText } from './rule-text.ts';

const kindOf = (plural: string) => ({ group: 'rbac.authorization.k8s.io', version: 'v1', plural });
const ACCOUNTS = { group: '', version: 'v1', plural: 'serviceaccounts' };

export function SubjectText({ subject: { kind, name, namespace } }: { readonly subject: Subject }) {
  const isAccount = kind === 'ServiceAccount';
  return (
    <>
      {isAccount ? <a href={objectHref(ACCOUNTS, namespace, name)}>{name}</a> : <b>{name}</b>}{' '}
      <span class="faint">
        {kind}
        {isAccount && ` of ${namespace}`}
      </span>
    </>
  );
}

export function BindingLink({ bound: { binding, scope } }: { readonly bound: Bound }) {
  const plural = binding.kind === 'RoleBinding' ? 'rolebindings' : 'clusterrolebindings';
  return (
    <a class="muted-link" href={objectHref(kindOf(plural), scope, binding.name)}>
      {binding.name}
    </a>
  );
}

/** `from`: the cluster role that has the rule, where the bound one has it by aggregation. */
export function RoleLink({
  bound: { role, scope },
  from,
}: {
  readonly bound: Bound;
  readonly from: string | undefined;
}) {
  const isWhole = role.kind === 'ClusterRole';
  return (
    <>
      <a
        class="muted-link"
        href={objectHref(kindOf(isWhole ? 'clusterroles' : 'roles'), isWhole ? '' : scope, role.name)}
      >
        {role.name}
      </a>
      {from && (
        <span class="faint">
          {' '}
          from{' '}
          <a class="muted-link" href={objectHref(kindOf('clusterroles'), '', from)}>
            {from}
          </a>
        </span>
      )}
    </>
  );
}

export function Rule({ rule }: { readonly rule: PolicyRule }) {
  const { verbs, what } = ruleText(rule);
  return (
    <span class="rule">
      {isPowerful(rule) && (
        <span class="powerful warn" title="From this other rights can be had, or all secrets be read">
          <Icon name="warning" />
          <span class="visually-hidden">powerful: </span>
        </span>
      )}
      <b>{verbs}</b> {what}
    </span>
  );
}
