import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, required, string, struct, text, time } from '../../../schema/notation.ts';

export const NamespaceCondition = struct(
  'io.k8s.api.core.v1.NamespaceCondition',
  {
    lastTransitionTime: time(4, { doc: 'When the status last changed.', emit: 'always' }),
    message: string(6, { doc: 'Why, for people.' }),
    reason: string(5, { doc: 'Why, in one word.' }),
    status: required(string(2, { doc: 'True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Which aspect.', emit: 'always' })),
  },
  { doc: 'What is known about one aspect of a namespace.' },
);
export interface NamespaceCondition extends Of<typeof NamespaceCondition> {}

export const NamespaceSpec = struct(
  'io.k8s.api.core.v1.NamespaceSpec',
  {
    finalizers: list(1, text, {
      doc: 'What must be done before the namespace may disappear.',
      listType: 'atomic',
    }),
  },
  { doc: 'How a namespace ends.' },
);
export interface NamespaceSpec extends Of<typeof NamespaceSpec> {}

export const NamespaceStatus = struct(
  'io.k8s.api.core.v1.NamespaceStatus',
  {
    conditions: list(2, NamespaceCondition, {
      doc: 'What keeps it from ending.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    phase: string(1, { doc: 'Active or Terminating.', assumed: 'Active', enum: ['Active', 'Terminating'] }),
  },
  { doc: 'The state of a namespace.' },
);
export interface NamespaceStatus extends Of<typeof NamespaceStatus> {}

export const Namespace = resource(
  'io.k8s.api.core.v1.Namespace',
  {
    doc: 'A room for names.',
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
