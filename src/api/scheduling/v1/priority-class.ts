import { resource } from '../../meta/v1/resource.ts';
import { boolean, int32, type Of, string } from '../../schema/notation.ts';

export const PriorityClass = resource(
  'io.k8s.api.scheduling.v1.PriorityClass',
  {
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
    description: string(4),
    globalDefault: boolean(3),
    preemptionPolicy: string(5, {
      assumed: 'PreemptLowerPriority',
      enum: ['Never', 'PreemptLowerPriority'],
      emit: 'if-set',
    }),
    value: int32(2, { emit: 'always' }),
  },
);
export interface PriorityClass extends Of<typeof PriorityClass> {}
