import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, required, string, struct } from '../../../schema/notation.ts';

export const ComponentCondition = struct(
  'io.k8s.api.core.v1.ComponentCondition',
  {
    error: string(4, { doc: 'The error code of the check, if it failed.' }),
    message: string(3, { doc: 'Why, for people.' }),
    status: required(string(2, { doc: 'True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Which aspect.', emit: 'always' })),
  },
  { doc: 'What is known about a component.' },
);
export interface ComponentCondition extends Of<typeof ComponentCondition> {}

export const ComponentStatus = resource(
  'io.k8s.api.core.v1.ComponentStatus',
  {
    doc: 'Old: whether a part of the control plane is well.',
    group: '',
    version: 'v1',
    kind: 'ComponentStatus',
    plural: 'componentstatuses',
    singular: 'componentstatus',
    namespaced: false,
    shortNames: ['cs'],
    verbs: ['get', 'list'],
  },
  {
    conditions: list(2, ComponentCondition, {
      doc: 'What the checks of the component found.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
  },
);
export interface ComponentStatus extends Of<typeof ComponentStatus> {}
