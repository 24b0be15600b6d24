import { resource } from '../../../meta/v1/resource.ts';
import { int64, type Of, raw, required } from '../../../schema/notation.ts';

export const ControllerRevision = resource(
  'io.k8s.api.apps.v1.ControllerRevision',
  {
    doc: 'A state that a stateful set or daemon set can go back to.',
    group: 'apps',
    version: 'v1',
    kind: 'ControllerRevision',
    plural: 'controllerrevisions',
    singular: 'controllerrevision',
    namespaced: true,
    storageVersionHash: '85nkx63pcBU=',
  },
  {
    data: raw(2, { doc: 'The state.' }),
    revision: required(int64(3, { doc: 'Which number it has.', emit: 'always' })),
  },
);
export interface ControllerRevision extends Of<typeof ControllerRevision> {}
