import { resource } from '../../../meta/v1/resource.ts';
import { boolean, int32, type Of, string } from '../../../schema/notation.ts';

export const PriorityClass = resource(
  'io.k8s.api.scheduling.v1.PriorityClass',
  {
    doc: 'How important pods are.',
    group: 'scheduling.k8s.io',
    version: 'v1',
    kind: 'PriorityClass',
    plural: 'priorityclasses',
    singular: 'priorityclass',
    namespaced: false,
    shortNames: ['pc'],
    storageVersionHash: '1QwjyaZjj3Y=',
  },
  {
    description: string(4, { doc: 'When to use it.' }),
    globalDefault: boolean(3, { doc: 'Give it to pods that name none.' }),
    preemptionPolicy: string(5, {
      doc: 'Whether its pods may push out others: PreemptLowerPriority or Never.',
      assumed: 'PreemptLowerPriority',
      enum: ['Never', 'PreemptLowerPriority'],
      emit: 'if-set',
    }),
    value: int32(2, { doc: 'The higher, the more important.', emit: 'always' }),
  },
);
export interface PriorityClass extends Of<typeof PriorityClass> {}
