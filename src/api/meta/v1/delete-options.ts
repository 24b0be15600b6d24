import { boolean, int64, list, type Of, ref, string, struct, text } from '../../schema/notation.ts';

export const Preconditions = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.Preconditions',
  {
    resourceVersion: string(2, { doc: 'The version the object must have; any when absent.', emit: 'if-set' }),
    uid: string(1, { doc: 'The uid the object must have; any when absent.', emit: 'if-set' }),
  },
  { doc: 'What must hold before something is done.' },
);
export interface Preconditions extends Of<typeof Preconditions> {}

export const DeleteOptions = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions',
  {
    apiVersion: string(0, { doc: 'The group and version this object is written in.' }),
    dryRun: list(5, text, {
      doc: 'All means nothing is stored; everything is done when absent.',
      listType: 'atomic',
    }),
    gracePeriodSeconds: int64(1, {
      doc: "How many seconds it has to end; 0 is at once, the kind's own when absent.",
      emit: 'if-set',
    }),
    ignoreStoreReadErrorWithClusterBreakingPotential: boolean(6, {
      doc: 'Delete even what cannot be read from the store; dangerous.',
      emit: 'if-set',
    }),
    kind: string(0, { doc: 'What kind of object this is.' }),
    orphanDependents: boolean(3, {
      doc: 'Keep what it owns; deprecated, see propagationPolicy.',
      emit: 'if-set',
    }),
    preconditions: ref(2, Preconditions, { doc: 'What must hold, or nothing is deleted.', emit: 'if-set' }),
    propagationPolicy: string(4, {
      doc: 'Orphan, Background or Foreground: what becomes of what it owns.',
      emit: 'if-set',
    }),
  },
  { doc: 'How to delete an object.' },
);
export interface DeleteOptions extends Of<typeof DeleteOptions> {}
