import { resource } from '../../../meta/v1/resource.ts';
import { type Of, ref, required } from '../../../schema/notation.ts';
import { ObjectReference } from './references.ts';

export const Binding = resource(
  'io.k8s.api.core.v1.Binding',
  {
    doc: 'Binds a pod to a node.',
    group: '',
    version: 'v1',
    kind: 'Binding',
    plural: 'bindings',
    singular: 'binding',
    namespaced: true,
    verbs: ['create'],
  },
  {
    target: required(ref(2, ObjectReference, { doc: 'Node that the pod is bound to.', emit: 'always' })),
  },
);
export interface Binding extends Of<typeof Binding> {}
