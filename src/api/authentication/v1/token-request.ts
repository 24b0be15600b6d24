import { ObjectMeta } from '../../meta/v1/object-meta.ts';
import { int64, list, type Of, ref, string, struct, text, time } from '../../schema/notation.ts';

export const BoundObjectReference = struct('io.k8s.api.authentication.v1.BoundObjectReference', {
  apiVersion: string(2),
  kind: string(1),
  name: string(3),
  uid: string(4),
});
export interface BoundObjectReference extends Of<typeof BoundObjectReference> {}

export const TokenRequestSpec = struct('io.k8s.api.authentication.v1.TokenRequestSpec', {
  audiences: list(1, text, { emit: 'always', listType: 'atomic' }),
  boundObjectRef: ref(3, BoundObjectReference, { emit: 'if-set' }),
  expirationSeconds: int64(4, { assumed: 3600, emit: 'if-set' }),
});
export interface TokenRequestSpec extends Of<typeof TokenRequestSpec> {}

export const TokenRequestStatus = struct('io.k8s.api.authentication.v1.TokenRequestStatus', {
  expirationTimestamp: time(2, { emit: 'always' }),
  token: string(1, { emit: 'always' }),
});
export interface TokenRequestStatus extends Of<typeof TokenRequestStatus> {}

export const TokenRequest = struct('io.k8s.api.authentication.v1.TokenRequest', {
  apiVersion: string(0),
  kind: string(0),
  metadata: ref(1, ObjectMeta, { emit: 'always' }),
  spec: ref(2, TokenRequestSpec, { emit: 'always' }),
  status: ref(3, TokenRequestStatus, { emit: 'always' }),
});
export interface TokenRequest extends Of<typeof TokenRequest> {}
