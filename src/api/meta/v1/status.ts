import { int32, list, type Of, ref, string, struct } from '../../schema/notation.ts';
import { ListMeta } from './object-meta.ts';

export const StatusCause = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.StatusCause',
  {
    field: string(3, { doc: 'Path of the field that caused the error.' }),
    message: string(2, { doc: 'Human-readable description of the cause.' }),
    reason: string(1, { doc: 'Machine-readable description of the cause.' }),
  },
  { doc: 'Cause of a failure.' },
);
export interface StatusCause extends Of<typeof StatusCause> {}

export const StatusDetails = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.StatusDetails',
  {
    causes: list(4, StatusCause, { doc: 'Causes of the failure.', listType: 'atomic' }),
    group: string(2, { doc: 'API group of the object.' }),
    kind: string(3, { doc: 'Kind or resource of the object.' }),
    name: string(1, { doc: 'Name of the object.' }),
    retryAfterSeconds: int32(5, { doc: 'Number of seconds after which to retry the request.' }),
    uid: string(6, { doc: 'UID of the object.' }),
  },
  { doc: 'Additional information about a failure.' },
);
export interface StatusDetails extends Of<typeof StatusDetails> {}

export const Status = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.Status',
  {
    apiVersion: string(0, { doc: 'API group and version of this object.' }),
    code: int32(6, { doc: 'HTTP status code.' }),
    details: ref(5, StatusDetails, { doc: 'Additional information about the reason.', emit: 'if-set' }),
    kind: string(0, { doc: 'Kind of this object.' }),
    message: string(3, { doc: 'Human-readable description of the result.' }),
    metadata: ref(1, ListMeta, { doc: 'Standard list metadata.', emit: 'always' }),
    reason: string(4, { doc: 'Machine-readable reason for the failure.' }),
    status: string(2, { doc: 'Result of the operation: Success or Failure.' }),
  },
  { doc: 'Result of a request that returns no object.' },
);
export interface Status extends Of<typeof Status> {}
