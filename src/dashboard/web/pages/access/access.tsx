// Who can do something, and what somebody may do, by the roles and bindings that may be seen.

import { useMemo } from 'preact/hooks';
import type { ClusterRole } from '../../../../api/kinds/rbac/v1/cluster-role.ts';
import type { ClusterRoleBinding } from '../../../../api/kinds/rbac/v1/cluster-role-binding.ts';
import type { Role } from '../../../../api/kinds/rbac/v1/role.ts';
import type { RoleBinding } from '../../../../api/kinds/rbac/v1/role-binding.ts';
import { collectionPath } from '../../api/kind.ts';
import { useLive } from '../../api/live.ts';
import { namespaceChoice, route, setQuery } from '../../app/route.ts';
import '../../pieces/plain-table.css';
import { Spinner } from '../../pieces/small.tsx';
import { Tabs } from '../../pieces/tabs.tsx';
import './access.css';
import { Grants } from './grants.ts';
import { WhatMay } from './what-may.tsx';
import { WhatMayI } from './what-may-i.tsx';
import { WhoCan } from './who-can.tsx';

const RBAC = { group: 'rbac.authorization.k8s.io', version: 'v1' } as const;
const KINDS = [
  ['clusterroles', 'cluster roles'],
  ['clusterrolebindings', 'cluster role bindings'],
  ['roles', 'roles'],
  ['rolebindings', 'role bindings'],
] as const;
const TABS = [
  { id: 'who', title: 'Who can' },
  { id: 'what', title: 'What may somebody do' },
  { id: 'me', title: 'What may I do' },
];

export default function AccessPage() {
  const namespace = namespaceChoice.value;
  const tab = route.value.query.get('tab') ?? 'who';
  const path = (plural: string) =>
    collectionPath({ ...RBAC, plural }, plural.startsWith('cluster') ? '' : namespace);
  const clusterRoles = useLive<ClusterRole>(path('clusterroles'));
  const clusterRoleBindings = useLive<ClusterRoleBinding>(path('clusterrolebindings'));
  const roles = useLive<Role>(path('roles'));
  const roleBindings = useLive<RoleBinding>(path('rolebindings'));
  const all = [clusterRoles, clusterRoleBindings, roles, roleBindings];
  const grants = useMemo(
    () =>
      new Grants({
        ...{ clusterRoles: clusterRoles.items.value, clusterRoleBindings: clusterRoleBindings.items.value },
        ...{ roles: roles.items.value, roleBindings: roleBindings.items.value },
      }),
    all.map(({ items }) => items.value),
  );
  const hidden = KINDS.flatMap(([, title], i) => (all[i]!.state.value === 'refused' ? [title] : []));
  const isLoading = all.some(({ state }) => state.value === 'loading');
  return (
    <div class="page">
      <header class="page-head">
        <h1>Access</h1>
        <span class="dim">
          {namespace
            ? `bindings of the cluster and of namespace ${namespace}`
            : 'bindings of the cluster and of all namespaces'}
        </span>
      </header>
      <Tabs tabs={TABS} chosen={tab} onChoose={(id) => setQuery({ tab: id })} />
      {tab !== 'me' && hidden.length > 0 && (
        <p class="card warn">
          This does not show all: you may not list {hidden.join(', ')}
          {namespace ? ` (in ${namespace})` : ' in all namespaces'}.
          {!namespace && ' Choosing a namespace above may show more.'}
        </p>
      )}
      {tab === 'me' ? (
        <WhatMayI namespace={namespace} />
      ) : isLoading ? (
        <Spinner />
      ) : tab === 'what' ? (
        <WhatMay grants={grants} namespace={namespace} />
      ) : (
        <WhoCan grants={grants} namespace={namespace} />
      )}
    </div>
  );
}
