import { LabelSelector } from '../../../meta/v1/label-selector.ts';
import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, struct } from '../../../schema/notation.ts';
import { PolicyRule } from './policy.ts';

export const AggregationRule = struct(
  'io.k8s.api.rbac.v1.AggregationRule',
  {
    clusterRoleSelectors: list(1, LabelSelector, {
      doc: 'A role whose labels match one of these is taken in.',
      listType: 'atomic',
    }),
  },
  { doc: 'Cluster roles whose rules this one takes over.' },
);
export interface AggregationRule extends Of<typeof AggregationRule> {}

export const ClusterRole = resource(
  'io.k8s.api.rbac.v1.ClusterRole',
  {
    doc: 'Rights in the whole cluster, or in any namespace by a role binding.',
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
      doc: 'The rules are gathered from the roles that this selects.',
      emit: 'if-set',
    }),
    rules: list(2, PolicyRule, { doc: 'The rights.', emit: 'always', listType: 'atomic' }),
  },
);
export interface ClusterRole extends Of<typeof ClusterRole> {}
