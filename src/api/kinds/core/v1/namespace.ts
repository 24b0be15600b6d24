import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, required, string, struct, text, time } from '../../../schema/notation.ts';

export const NamespaceCondition = struct(
  'io.k8s.api.core.v1.NamespaceCondition',
  {
    lastTransitionTime: time(4, {
      doc: 'Last time the condition changed from one status to another.',
      emit: 'always',
    }),
    message: string(6, { doc: 'Human-readable message with details.' }),
    reason: string(5, { doc: 'Brief machine-readable reason in CamelCase.' }),
    status: required(string(2, { doc: 'Status of the condition: True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Type of the condition.', emit: 'always' })),
  },
  { doc: 'Condition of a Namespace at a certain point.' },
);
export interface NamespaceCondition extends Of<typeof NamespaceCondition> {}

export const NamespaceSpec = struct(
  'io.k8s.api.core.v1.NamespaceSpec',
  {
    finalizers: list(1, text, {
      doc: 'Finalizers that must be empty before the namespace is removed from storage.',
      listType: 'atomic',
    }),
  },
  { doc: 'Desired behavior of the namespace.' },
);
export interface NamespaceSpec extends Of<typeof NamespaceSpec> {}

export const NamespaceStatus = struct(
  'io.k8s.api.core.v1.NamespaceStatus',
  {
    conditions: list(2, NamespaceCondition, {
      doc: 'Latest observations, in particular of obstacles to the deletion of the namespace.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    phase: string(1, {
      doc: 'Current phase of the namespace: Active or Terminating.',
      assumed: 'Active',
      enum: ['Active', 'Terminating'],
    }),
  },
  { doc: 'Observed phase of the namespace.' },
);
export interface NamespaceStatus extends Of<typeof NamespaceStatus> {}

export const Namespace = resource(
  'io.k8s.api.core.v1.Namespace',
  {
    doc: 'Provides a scope for names.',
    group: '',
    version: 'v1',
    kind: 'Namespace',
    plural: 'namespaces',
    singular: 'namespace',
    namespaced: false,
    shortNames: ['ns'],
    verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
    storageVersionHash: 'Q3oi5N2YM8M=',
    subresources: {
      finalize: { kind: 'Namespace', verbs: ['update'] },
      status: { kind: 'Namespace', verbs: ['get', 'patch', 'update'] },
    },
  },
  {
    spec: ref(2, NamespaceSpec, { emit: 'always' }),
    status: ref(3, NamespaceStatus, { emit: 'always' }),
  },
);
export interface Namespace extends Of<typeof Namespace> {}
