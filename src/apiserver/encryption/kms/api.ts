// The messages and methods of a KMS v2 plug-in, and the form of a stored object whose key a plug-in has encrypted.
// Upstream: staging/src/k8s.io/kms/apis/v2/api.proto and, in k8s.io/apiserver, storage/value/encrypt/envelope/kmsv2/v2/api.proto.
import type { Method } from '../../../kit/grpc/client.ts';
import { bytes, string, uint32 } from '../../../kit/protobuf/codec.ts';
import { type Message, mapOf, message } from '../../../kit/protobuf/message.ts';

export type Annotations = Record<string, Buffer>;

export interface StatusResponse {
  readonly version: string;
  readonly healthz: string;
  readonly keyId: string;
}

export interface EncryptRequest {
  readonly plaintext: Buffer;
  readonly uid: string;
}

export interface EncryptResponse {
  readonly ciphertext: Buffer;
  readonly keyId: string;
  readonly annotations: Annotations;
}

export interface DecryptRequest {
  readonly ciphertext: Buffer;
  readonly uid: string;
  readonly keyId: string;
  readonly annotations: Annotations;
}

export interface DecryptResponse {
  readonly plaintext: Buffer;
}

const annotations = mapOf(bytes);

export const statusRequest = message<object>({});
export const statusResponse = message<StatusResponse>({
  version: [1, string],
  healthz: [2, string],
  keyId: [3, string],
});
export const encryptRequest = message<EncryptRequest>({ plaintext: [1, bytes], uid: [2, string] });
export const encryptResponse = message<EncryptResponse>({
  ciphertext: [1, bytes],
  keyId: [2, string],
  annotations: [3, annotations],
});
export const decryptRequest = message<DecryptRequest>({
  ciphertext: [1, bytes],
  uid: [2, string],
  keyId: [3, string],
  annotations: [4, annotations],
});
export const decryptResponse = message<DecryptResponse>({ plaintext: [1, bytes] });

const method = <Req, Res>(name: string, request: Message<Req>, response: Message<Res>): Method<Req, Res> => ({
  path: `/v2.KeyManagementService/${name}`,
  request,
  response,
});

export const STATUS = method('Status', statusRequest, statusResponse);
export const ENCRYPT = method('Encrypt', encryptRequest, encryptResponse);
export const DECRYPT = method('Decrypt', decryptRequest, decryptResponse);

/** The key's source is a seed from which each value's own key is derived (aes.ts). */
export const SEED = 1;

export interface EncryptedObject {
  readonly encryptedData: Buffer;
  readonly keyId: string;
  readonly encryptedKeySource: Buffer;
  readonly annotations: Annotations;
  /** 0: the key source is the key itself; SEED. */
  readonly keySourceType: number;
}

export const encryptedObject = message<EncryptedObject>({
  encryptedData: [1, bytes],
  keyId: [2, string],
  encryptedKeySource: [3, bytes],
  annotations: [4, annotations],
  keySourceType: [5, uint32],
});

/** Bytes. */
const MAX_KEY_ID = 1024;
const MAX_KEY_SOURCE = 1024;
const MAX_ANNOTATIONS = 32 * 1024;

/** What is wrong with what a plug-in answered or what is stored; undefined if nothing is. */
export function problemOf(object: Omit<EncryptedObject, 'encryptedData'>): string | undefined {
  const { keyId, encryptedKeySource, keySourceType } = object;
  if (keySourceType !== 0 && keySourceType !== SEED)
    return `unknown encryptedDEKSourceType: ${keySourceType}`;
  if (encryptedKeySource.length === 0)
    return 'failed to validate encrypted DEK source: encrypted DEK source is empty';
  if (encryptedKeySource.length > MAX_KEY_SOURCE)
    return `failed to validate encrypted DEK source: encrypted DEK source is ${encryptedKeySource.length} bytes, which exceeds the max size of ${MAX_KEY_SOURCE}`;
  const problem = keyIdProblem(keyId);
  if (problem) return `failed to validate key id: ${problem}`;
  const size = Object.entries(object.annotations).reduce(
    (sum, [key, value]) => sum + key.length + value.length,
    0,
  );
  return size > MAX_ANNOTATIONS
    ? `failed to validate annotations: total size of annotations is ${size}, which exceeds the max size of ${MAX_ANNOTATIONS}`
    : undefined;
}

export function keyIdProblem(keyId: string): string | undefined {
  if (keyId === '') return 'keyID is empty';
  return keyId.length > MAX_KEY_ID
    ? `keyID is ${keyId.length} bytes, which exceeds the max size of ${MAX_KEY_ID}`
    : undefined;
}
