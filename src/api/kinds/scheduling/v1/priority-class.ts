import { resource } from '../../../meta/v1/resource.ts';
import { boolean, int32, type Of, string } from '../../../schema/notation.ts';

export const PriorityClass = resource(
  'io.k8s.api.scheduling.v1.PriorityClass',
  {
    doc: 'Maps a name to a priority of pods.',
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
    description: string(4, { doc: 'Guideline on when to use the class.' }),
    globalDefault: boolean(3, {
      doc: 'Whether the class applies to pods that name none. At most one class can be the default.',
    }),
    preemptionPolicy: string(5, {
      doc: 'Whether pods of the class may preempt pods with lower priority: PreemptLowerPriority or Never.',
      assumed: 'PreemptLowerPriority',
      enum: ['Never', 'PreemptLowerPriority'],
      emit: 'if-set',
    }),
    value: int32(2, {
      doc: 'Priority of pods of the class. Higher values have higher priority.',
      emit: 'always',
    }),
  },
);
export interface PriorityClass extends Of<typeof PriorityClass> {}
