import { ObjectMeta } from '../../../meta/v1/object-meta.ts';
import { int64, list, type Of, ref, string, struct, text, time } from '../../../schema/notation.ts';

export const BoundObjectReference = struct(
  'io.k8s.api.authentication.v1.BoundObjectReference',
  {
    apiVersion: string(2, { doc: 'API group and version of the object.' }),
    kind: string(1, { doc: 'Kind of the object: Pod, Secret or Node.' }),
    name: string(3, { doc: 'Name of the object.' }),
    uid: string(4, { doc: 'UID of the object.' }),
  },
  { doc: 'Reference to an object that a token is bound to.' },
);
export interface BoundObjectReference extends Of<typeof BoundObjectReference> {}

export const TokenRequestSpec = struct(
  'io.k8s.api.authentication.v1.TokenRequestSpec',
  {
    audiences: list(1, text, {
      doc: 'Intended audiences of the token. A recipient must identify itself with one of them.',
      emit: 'always',
      listType: 'atomic',
    }),
    boundObjectRef: ref(3, BoundObjectReference, {
      doc: 'Object that the token is bound to. The token becomes invalid when the object is deleted.',
      emit: 'if-set',
    }),
    expirationSeconds: int64(4, {
      doc: 'Requested lifetime of the token in seconds. Defaults to 3600.',
      assumed: 3600,
      emit: 'if-set',
    }),
  },
  { doc: 'Requested audiences, lifetime and binding of the token.' },
);
export interface TokenRequestSpec extends Of<typeof TokenRequestSpec> {}

export const TokenRequestStatus = struct(
  'io.k8s.api.authentication.v1.TokenRequestStatus',
  {
    expirationTimestamp: time(2, { doc: 'Time at which the token expires.', emit: 'always' }),
    token: string(1, { doc: 'Token in JSON Web Token format.', emit: 'always' }),
  },
  { doc: 'Issued token and its expiration time.' },
);
export interface TokenRequestStatus extends Of<typeof TokenRequestStatus> {}

export const TokenRequest = struct(
  'io.k8s.api.authentication.v1.TokenRequest',
  {
    apiVersion: string(0, { doc: 'API group and version of this object.' }),
    kind: string(0, { doc: 'Kind of this object.' }),
    metadata: ref(1, ObjectMeta, {
      doc: 'Standard object metadata, such as name, namespace and labels.',
      emit: 'always',
    }),
    spec: ref(2, TokenRequestSpec, {
      doc: 'Requested audiences, lifetime and binding of the token.',
      emit: 'always',
    }),
    status: ref(3, TokenRequestStatus, { doc: 'Issued token and its expiration time.', emit: 'always' }),
  },
  { doc: 'Requests a token for a service account.' },
);
export interface TokenRequest extends Of<typeof TokenRequest> {}
