import { ObjectMeta } from '../../../meta/v1/object-meta.ts';
import { int64, list, type Of, ref, string, struct, text, time } from '../../../schema/notation.ts';

export const BoundObjectReference = struct(
  'io.k8s.api.authentication.v1.BoundObjectReference',
  {
    apiVersion: string(2, { doc: "The object's API group and version." }),
    kind: string(1, { doc: 'What kind the object is of: Pod, Secret or Node.' }),
    name: string(3, { doc: "The object's name." }),
    uid: string(4, { doc: "The object's uid." }),
  },
  { doc: 'The object a token is bound to.' },
);
export interface BoundObjectReference extends Of<typeof BoundObjectReference> {}

export const TokenRequestSpec = struct(
  'io.k8s.api.authentication.v1.TokenRequestSpec',
  {
    audiences: list(1, text, { doc: 'For whom the token is meant.', emit: 'always', listType: 'atomic' }),
    boundObjectRef: ref(3, BoundObjectReference, {
      doc: 'The token ends with this object; it is free when absent.',
      emit: 'if-set',
    }),
    expirationSeconds: int64(4, {
      doc: 'How long the token shall be good, in seconds; 3600 when absent.',
      assumed: 3600,
      emit: 'if-set',
    }),
  },
  { doc: 'What token is wanted.' },
);
export interface TokenRequestSpec extends Of<typeof TokenRequestSpec> {}

export const TokenRequestStatus = struct(
  'io.k8s.api.authentication.v1.TokenRequestStatus',
  {
    expirationTimestamp: time(2, { doc: 'Until when the token is good.', emit: 'always' }),
    token: string(1, { doc: 'The token itself.', emit: 'always' }),
  },
  { doc: 'The token that was made.' },
);
export interface TokenRequestStatus extends Of<typeof TokenRequestStatus> {}

export const TokenRequest = struct(
  'io.k8s.api.authentication.v1.TokenRequest',
  {
    apiVersion: string(0, { doc: 'The group and version this object is written in.' }),
    kind: string(0, { doc: 'What kind of object this is.' }),
    metadata: ref(1, ObjectMeta, { doc: 'Names, labels and history.', emit: 'always' }),
    spec: ref(2, TokenRequestSpec, { doc: 'What token is wanted.', emit: 'always' }),
    status: ref(3, TokenRequestStatus, { doc: 'The token that was made.', emit: 'always' }),
  },
  { doc: 'Asks for a token of a service account.' },
);
export interface TokenRequest extends Of<typeof TokenRequest> {}
