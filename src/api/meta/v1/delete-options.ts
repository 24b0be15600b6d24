import { boolean, int64, list, type Of, ref, string, struct, text } from '../../schema/notation.ts';

export const Preconditions = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.Preconditions',
  {
    resourceVersion: string(2, {
      doc: 'Resource version that the object must have. By default, any version is accepted.',
      emit: 'if-set',
    }),
    uid: string(1, {
      doc: 'UID that the object must have. By default, any UID is accepted.',
      emit: 'if-set',
    }),
  },
  { doc: 'Preconditions that must be met before an operation is carried out.' },
);
export interface Preconditions extends Of<typeof Preconditions> {}

export const DeleteOptions = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions',
  {
    apiVersion: string(0, { doc: 'API group and version of this object.' }),
    dryRun: list(5, text, {
      doc: 'All means that the change is processed but not stored. By default, it is stored.',
      listType: 'atomic',
    }),
    gracePeriodSeconds: int64(1, {
      doc: 'Number of seconds before the object is deleted. 0 means immediately. Defaults to a value of the kind.',
      emit: 'if-set',
    }),
    ignoreStoreReadErrorWithClusterBreakingPotential: boolean(6, {
      doc: 'Whether to delete the object even if it cannot be read from storage. Unsafe.',
      emit: 'if-set',
    }),
    kind: string(0, { doc: 'Kind of this object.' }),
    orphanDependents: boolean(3, {
      doc: 'Deprecated: whether to orphan the dependents. Use propagationPolicy instead.',
      emit: 'if-set',
    }),
    preconditions: ref(2, Preconditions, {
      doc: 'Preconditions that must be met for the deletion.',
      emit: 'if-set',
    }),
    propagationPolicy: string(4, {
      doc: 'What happens to the dependents of the object: Orphan, Background or Foreground.',
      emit: 'if-set',
    }),
  },
  { doc: 'Options for the deletion of an object.' },
);
export interface DeleteOptions extends Of<typeof DeleteOptions> {}
