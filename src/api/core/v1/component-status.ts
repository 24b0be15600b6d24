import { resource } from '../../meta/v1/resource.ts';
import { list, type Of, required, string, struct } from '../../schema/notation.ts';

export const ComponentCondition = struct('io.k8s.api.core.v1.ComponentCondition', {
  error: string(4),
  message: string(3),
  status: required(string(2, { emit: 'always' })),
  type: required(string(1, { emit: 'always' })),
});
export interface ComponentCondition extends Of<typeof ComponentCondition> {}

export const ComponentStatus = resource(
  'io.k8s.api.core.v1.ComponentStatus',
  {
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
    conditions: list(2, ComponentCondition, { listType: 'map', keys: ['type'], merge: 'type' }),
  },
);
export interface ComponentStatus extends Of<typeof ComponentStatus> {}
