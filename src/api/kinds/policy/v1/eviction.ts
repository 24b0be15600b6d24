import { DeleteOptions } from '../../../meta/v1/delete-options.ts';
import { ObjectMeta } from '../../../meta/v1/object-meta.ts';
import { type Of, ref, string, struct } from '../../../schema/notation.ts';

export const Eviction = struct(
  'io.k8s.api.policy.v1.Eviction',
  {
    apiVersion: string(0, { doc: 'API group and version of this object.' }),
    deleteOptions: ref(2, DeleteOptions, { doc: 'Options for the deletion of the pod.', emit: 'if-set' }),
    kind: string(0, { doc: 'Kind of this object.' }),
    metadata: ref(1, ObjectMeta, { doc: 'Name and namespace of the pod.', emit: 'always' }),
  },
  { doc: 'Evicts a pod, subject to its disruption budgets.' },
);
export interface Eviction extends Of<typeof Eviction> {}
