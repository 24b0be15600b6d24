import { boolean, int64, list, type Of, ref, string, struct, text } from '../../schema/notation.ts';

export const Preconditions = struct('io.k8s.apimachinery.pkg.apis.meta.v1.Preconditions', {
  resourceVersion: string(2, { emit: 'if-set' }),
  uid: string(1, { emit: 'if-set' }),
});
export interface Preconditions extends Of<typeof Preconditions> {}

export const DeleteOptions = struct('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions', {
  apiVersion: string(0),
  dryRun: list(5, text, { listType: 'atomic' }),
  gracePeriodSeconds: int64(1, { emit: 'if-set' }),
  ignoreStoreReadErrorWithClusterBreakingPotential: boolean(6, { emit: 'if-set' }),
  kind: string(0),
  orphanDependents: boolean(3, { emit: 'if-set' }),
  preconditions: ref(2, Preconditions, { emit: 'if-set' }),
  propagationPolicy: string(4, { emit: 'if-set' }),
});
export interface DeleteOptions extends Of<typeof DeleteOptions> {}
