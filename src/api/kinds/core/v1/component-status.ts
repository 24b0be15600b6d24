import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, required, string, struct } from '../../../schema/notation.ts';

export const ComponentCondition = struct(
  'io.k8s.api.core.v1.ComponentCondition',
  {
    error: string(4, { doc: 'Error code of the health check, if it failed.' }),
    message: string(3, { doc: 'Human-readable message with details.' }),
    status: required(string(2, { doc: 'Status of the condition: True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Type of the condition.', emit: 'always' })),
  },
  { doc: 'Condition of a component.' },
);
export interface ComponentCondition extends Of<typeof ComponentCondition> {}

export const ComponentStatus = resource(
  'io.k8s.api.core.v1.ComponentStatus',
  {
    doc: 'Deprecated: reports the health of a control plane component.',
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
      doc: 'Results of the health checks of the component.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
  },
);
export interface ComponentStatus extends Of<typeof ComponentStatus> {}
