import { resource } from '../../../meta/v1/resource.ts';
import { amount, list, map, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';

export const ScopedResourceSelectorRequirement = struct(
  'io.k8s.api.core.v1.ScopedResourceSelectorRequirement',
  {
    operator: required(
      string(2, {
        doc: 'How values are compared: In, NotIn, Exists or DoesNotExist.',
        enum: ['DoesNotExist', 'Exists', 'In', 'NotIn'],
        emit: 'always',
      }),
    ),
    scopeName: required(
      string(1, {
        doc: 'Name of the scope.',
        enum: [
          'BestEffort',
          'CrossNamespacePodAffinity',
          'NotBestEffort',
          'NotTerminating',
          'PriorityClass',
          'Terminating',
          'VolumeAttributesClass',
        ],
        emit: 'always',
      }),
    ),
    values: list(3, text, {
      doc: 'Values to compare with. Empty for Exists and DoesNotExist.',
      listType: 'atomic',
    }),
  },
  { doc: 'Requirement on the scope of an object.' },
);
export interface ScopedResourceSelectorRequirement extends Of<typeof ScopedResourceSelectorRequirement> {}

export const ScopeSelector = struct(
  'io.k8s.api.core.v1.ScopeSelector',
  {
    matchExpressions: list(1, ScopedResourceSelectorRequirement, {
      doc: 'Requirements that must all be met.',
      listType: 'atomic',
    }),
  },
  { doc: 'Selects objects by scope.', atomic: true },
);
export interface ScopeSelector extends Of<typeof ScopeSelector> {}

export const ResourceQuotaSpec = struct(
  'io.k8s.api.core.v1.ResourceQuotaSpec',
  {
    hard: map(1, amount, { doc: 'Limit for each resource.' }),
    scopeSelector: ref(3, ScopeSelector, {
      doc: 'Selects the objects that count against the quota, by scope and value.',
      emit: 'if-set',
    }),
    scopes: list(2, text, {
      doc: 'Scopes that objects must match to count against the quota.',
      listType: 'atomic',
    }),
  },
  { doc: 'Desired limits, and the objects they apply to.' },
);
export interface ResourceQuotaSpec extends Of<typeof ResourceQuotaSpec> {}

export const ResourceQuotaStatus = struct(
  'io.k8s.api.core.v1.ResourceQuotaStatus',
  {
    hard: map(1, amount, { doc: 'Limits that are enforced.' }),
    used: map(2, amount, { doc: 'Current usage of each resource in the namespace.' }),
  },
  { doc: 'Enforced limits and observed usage.' },
);
export interface ResourceQuotaStatus extends Of<typeof ResourceQuotaStatus> {}

export const ResourceQuota = resource(
  'io.k8s.api.core.v1.ResourceQuota',
  {
    doc: 'Limits the total usage of resources in a namespace.',
    group: '',
    version: 'v1',
    kind: 'ResourceQuota',
    plural: 'resourcequotas',
    singular: 'resourcequota',
    namespaced: true,
    shortNames: ['quota'],
    storageVersionHash: '8uhSgffRX6w=',
    subresources: { status: { kind: 'ResourceQuota', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: ref(2, ResourceQuotaSpec, { emit: 'always' }),
    status: ref(3, ResourceQuotaStatus, { emit: 'always' }),
  },
);
export interface ResourceQuota extends Of<typeof ResourceQuota> {}
