import { DeleteOptions } from '../../../meta/v1/delete-options.ts';
import { ObjectMeta } from '../../../meta/v1/object-meta.ts';
import { type Of, ref, string, struct } from '../../../schema/notation.ts';

export const Eviction = struct(
  'io.k8s.api.policy.v1.Eviction',
  {
    apiVersion: string(0, { doc: 'The group and version this object is written in.' }),
    deleteOptions: ref(2, DeleteOptions, { doc: 'How to delete the pod.', emit: 'if-set' }),
    kind: string(0, { doc: 'What kind of object this is.' }),
    metadata: ref(1, ObjectMeta, { doc: 'The name and namespace of the pod.', emit: 'always' }),
  },
  { doc: 'A wish to end a pod, within its disruption budgets.' },
);
export interface Eviction extends Of<typeof Eviction> {}
