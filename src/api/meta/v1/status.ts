import { int32, list, type Of, ref, string, struct } from '../../schema/notation.ts';
import { ListMeta } from './object-meta.ts';

export const StatusCause = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.StatusCause',
  {
    field: string(3, { doc: 'The path of the field that is at fault.' }),
    message: string(2, { doc: 'What is wrong, for people.' }),
    reason: string(1, { doc: 'What is wrong, in one word.' }),
  },
  { doc: 'One of several reasons for a failure.' },
);
export interface StatusCause extends Of<typeof StatusCause> {}

export const StatusDetails = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.StatusDetails',
  {
    causes: list(4, StatusCause, { doc: 'The single reasons.', listType: 'atomic' }),
    group: string(2, { doc: 'The API group of the object concerned.' }),
    kind: string(3, { doc: 'The kind or resource of the object concerned.' }),
    name: string(1, { doc: 'The name of the object concerned.' }),
    retryAfterSeconds: int32(5, { doc: 'Try again after so many seconds.' }),
    uid: string(6, { doc: 'The uid of the object concerned.' }),
  },
  { doc: 'More about a failure.' },
);
export interface StatusDetails extends Of<typeof StatusDetails> {}

export const Status = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.Status',
  {
    apiVersion: string(0, { doc: 'The group and version this object is written in.' }),
    code: int32(6, { doc: 'The HTTP status code.' }),
    details: ref(5, StatusDetails, { doc: 'More about the reason.', emit: 'if-set' }),
    kind: string(0, { doc: 'What kind of object this is.' }),
    message: string(3, { doc: 'What happened, for people.' }),
    metadata: ref(1, ListMeta, { doc: 'What lists have; mostly empty.', emit: 'always' }),
    reason: string(4, { doc: 'Why it failed, in one word.' }),
    status: string(2, { doc: 'Success or Failure.' }),
  },
  { doc: 'How a request went, when it gives no object.' },
);
export interface Status extends Of<typeof Status> {}
