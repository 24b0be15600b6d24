import { int32, list, type Of, ref, string, struct } from '../../schema/notation.ts';
import { ListMeta } from './object-meta.ts';

export const StatusCause = struct('io.k8s.apimachinery.pkg.apis.meta.v1.StatusCause', {
  field: string(3),
  message: string(2),
  reason: string(1),
});
export interface StatusCause extends Of<typeof StatusCause> {}

export const StatusDetails = struct('io.k8s.apimachinery.pkg.apis.meta.v1.StatusDetails', {
  causes: list(4, StatusCause, { listType: 'atomic' }),
  group: string(2),
  kind: string(3),
  name: string(1),
  retryAfterSeconds: int32(5),
  uid: string(6),
});
export interface StatusDetails extends Of<typeof StatusDetails> {}

export const Status = struct('io.k8s.apimachinery.pkg.apis.meta.v1.Status', {
  apiVersion: string(0),
  code: int32(6),
  details: ref(5, StatusDetails, { emit: 'if-set' }),
  kind: string(0),
  message: string(3),
  metadata: ref(1, ListMeta, { emit: 'always' }),
  reason: string(4),
  status: string(2),
});
export interface Status extends Of<typeof Status> {}
