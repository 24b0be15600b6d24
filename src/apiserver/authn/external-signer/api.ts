// The messages and methods of an external signer of service accounts' tokens. Upstream: staging/src/k8s.io/externaljwt/apis/v1.
import type { Method } from '../../../kit/grpc/client.ts';
import { bool, bytes, int64, string } from '../../../kit/protobuf/codec.ts';
import { type Message, message, optional, repeated } from '../../../kit/protobuf/message.ts';

export interface SignRequest {
  /** The payload as it is in the token, in base64url. */
  readonly claims: string;
}

export interface SignResponse {
  /** As they are in the token, in base64url. */
  readonly header: string;
  readonly signature: string;
}

export interface FetchedKey {
  readonly keyId: string;
  /** SubjectPublicKeyInfo in DER. */
  readonly key: Buffer;
  readonly excludeFromOidcDiscovery: boolean;
}

export interface Timestamp {
  readonly seconds: number;
  readonly nanos: number;
}

export interface FetchKeysResponse {
  readonly keys: FetchedKey[];
  readonly dataTimestamp: Timestamp | undefined;
  readonly refreshHintSeconds: number;
}

export interface MetadataResponse {
  readonly maxTokenExpirationSeconds: number;
}

const timestamp = message<Timestamp>({ seconds: [1, int64], nanos: [2, int64] });
const fetchedKey = message<FetchedKey>({
  keyId: [1, string],
  key: [2, bytes],
  excludeFromOidcDiscovery: [3, bool],
});
export const empty = message<object>({});
export const signRequest = message<SignRequest>({ claims: [1, string] });
export const signResponse = message<SignResponse>({ header: [1, string], signature: [2, string] });
export const fetchKeysResponse = message<FetchKeysResponse>({
  keys: [1, repeated(fetchedKey)],
  dataTimestamp: [2, optional(timestamp)],
  refreshHintSeconds: [3, int64],
});
export const metadataResponse = message<MetadataResponse>({ maxTokenExpirationSeconds: [1, int64] });

const method = <Req, Res>(name: string, request: Message<Req>, response: Message<Res>): Method<Req, Res> => ({
  path: `/v1.ExternalJWTSigner/${name}`,
  request,
  response,
});

export const SIGN = method('Sign', signRequest, signResponse);
export const FETCH_KEYS = method('FetchKeys', empty, fetchKeysResponse);
export const METADATA = method('Metadata', empty, metadataResponse);
