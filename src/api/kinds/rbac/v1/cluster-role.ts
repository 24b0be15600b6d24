import { LabelSelector } from '../../../meta/v1/label-selector.ts';
import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, struct } from '../../../schema/notation.ts';
import { PolicyRule } from './policy.ts';

export const AggregationRule = struct(
  'io.k8s.api.rbac.v1.AggregationRule',
  {
    clusterRoleSelectors: list(1, LabelSelector, {
      doc: 'Selects ClusterRoles by label. Roles that match at least one selector are included.',
      listType: 'atomic',
    }),
  },
  { doc: 'Describes how the rules of a ClusterRole are composed of other roles.' },
);
export interface AggregationRule extends Of<typeof AggregationRule> {}

export const ClusterRole = resource(
  'io.k8s.api.rbac.v1.ClusterRole',
  {
    doc: 'Set of permissions for the whole cluster, or for a namespace through a RoleBinding.',
    group: 'rbac.authorization.k8s.io',
    version: 'v1',
    kind: 'ClusterRole',
    plural: 'clusterroles',
    singular: 'clusterrole',
    namespaced: false,
    storageVersionHash: 'bYE5ZWDrJ44=',
  },
  {
    aggregationRule: ref(3, AggregationRule, {
      doc: 'How the rules are composed of other roles. If set, the controller manager fills in rules.',
      emit: 'if-set',
    }),
    rules: list(2, PolicyRule, { doc: 'Permissions of the role.', emit: 'always', listType: 'atomic' }),
  },
);
export interface ClusterRole extends Of<typeof ClusterRole> {}
