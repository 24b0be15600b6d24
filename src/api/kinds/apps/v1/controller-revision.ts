import { resource } from '../../../meta/v1/resource.ts';
import { int64, type Of, raw, required } from '../../../schema/notation.ts';

export const ControllerRevision = resource(
  'io.k8s.api.apps.v1.ControllerRevision',
  {
    doc: 'Immutable snapshot of the template of a StatefulSet or DaemonSet, used for rollbacks.',
    group: 'apps',
    version: 'v1',
    kind: 'ControllerRevision',
    plural: 'controllerrevisions',
    singular: 'controllerrevision',
    namespaced: true,
    storageVersionHash: '85nkx63pcBU=',
  },
  {
    data: raw(2, { doc: 'Snapshot of the template.' }),
    revision: required(
      int64(3, { doc: 'Number of the revision. Later revisions have higher numbers.', emit: 'always' }),
    ),
  },
);
export interface ControllerRevision extends Of<typeof ControllerRevision> {}
