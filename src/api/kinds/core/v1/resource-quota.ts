import { resource } from '../../../meta/v1/resource.ts';
import { amount, list, map, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';

export const ScopedResourceSelectorRequirement = struct(
  'io.k8s.api.core.v1.ScopedResourceSelectorRequirement',
  {
    operator: required(
      string(2, {
        doc: 'In, NotIn, Exists or DoesNotExist.',
        enum: ['DoesNotExist', 'Exists', 'In', 'NotIn'],
        emit: 'always',
      }),
    ),
    scopeName: required(
      string(1, {
        doc: 'The scope that is looked at.',
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
      doc: 'What to compare with; none for Exists and DoesNotExist.',
      listType: 'atomic',
    }),
  },
  { doc: 'A condition on one scope.' },
);
export interface ScopedResourceSelectorRequirement extends Of<typeof ScopedResourceSelectorRequirement> {}

export const ScopeSelector = struct(
  'io.k8s.api.core.v1.ScopeSelector',
  {
    matchExpressions: list(1, ScopedResourceSelectorRequirement, {
      doc: 'The conditions on scopes.',
      listType: 'atomic',
    }),
  },
  { doc: 'Objects, chosen by scope; all conditions must hold.', atomic: true },
);
export interface ScopeSelector extends Of<typeof ScopeSelector> {}

export const ResourceQuotaSpec = struct(
  'io.k8s.api.core.v1.ResourceQuotaSpec',
  {
    hard: map(1, amount, { doc: 'How much of each.' }),
    scopeSelector: ref(3, ScopeSelector, { doc: 'Which pods count, by scope and value.', emit: 'if-set' }),
    scopes: list(2, text, { doc: 'Which pods count.', listType: 'atomic' }),
  },
  { doc: 'The limits.' },
);
export interface ResourceQuotaSpec extends Of<typeof ResourceQuotaSpec> {}

export const ResourceQuotaStatus = struct(
  'io.k8s.api.core.v1.ResourceQuotaStatus',
  {
    hard: map(1, amount, { doc: 'The limits that are in force.' }),
    used: map(2, amount, { doc: 'What is used.' }),
  },
  { doc: 'How much is used.' },
);
export interface ResourceQuotaStatus extends Of<typeof ResourceQuotaStatus> {}

export const ResourceQuota = resource(
  'io.k8s.api.core.v1.ResourceQuota',
  {
    doc: 'How much a namespace may use in all.',
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
