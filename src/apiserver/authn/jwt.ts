// Signs and verifies the JSON Web Tokens of service accounts (RFC 7515, compact form): RS256 for RSA keys, ES256,
// ES384 or ES512 for EC keys.
// Called by service-account-tokens.ts; keySet() by assemble.ts.
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { own } from '../../kit/own.ts';

export type Claims = Readonly<Record<string, unknown>>;

export interface VerificationKey {
  /** The `kid` of its tokens. */
  readonly id: string;
  readonly publicKey: KeyObject;
}

export interface SigningKey extends VerificationKey {
  readonly privateKey: KeyObject;
}

export function signingKey(pem: string): SigningKey {
  const privateKey = createPrivateKey(pem);
  const publicKey = createPublicKey(privateKey);
  return { id: keyId(publicKey), privateKey, publicKey };
}

/** The keys of all PEM blocks, public or private. */
export function verificationKeys(pem: string): VerificationKey[] {
  const blocks = pem.match(/-----BEGIN [A-Z ]+-----[^-]+-----END [A-Z ]+-----/g) ?? [];
  return blocks.map((block) => {
    const publicKey = createPublicKey(block);
    return { id: keyId(publicKey), publicKey };
  });
}

/** The signing key first; a key that is named twice counts once. */
export function tokenKeys(given: {
  readonly privateKey: string;
  readonly others?: string;
}): [SigningKey, ...VerificationKey[]] {
  const signer = signingKey(given.privateKey);
  const others = new Map(verificationKeys(given.others ?? '').map((key) => [key.id, key]));
  others.delete(signer.id);
  return [signer, ...others.values()];
}

const keyId = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64url');

export const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** By OpenSSL's name of the curve. */
const OF_CURVE: Readonly<Record<string, readonly [algorithm: string, hash: string]>> = {
  prime256v1: ['ES256', 'sha256'],
  secp384r1: ['ES384', 'sha384'],
  secp521r1: ['ES512', 'sha512'],
};

function methodOf(key: KeyObject): readonly [algorithm: string, hash: string] {
  const { asymmetricKeyType: type, asymmetricKeyDetails: { namedCurve = '' } = {} } = key;
  if (type === 'rsa') return ['RS256', 'sha256'];
  const method = type === 'ec' ? own(OF_CURVE, namedCurve) : undefined;
  if (!method) throw new Error('unknown private key type or curve, must be RSA, or EC with 256, 384, or 521');
  return method;
}

export const algorithmOf = (key: KeyObject): string => methodOf(key)[0];
const hashOf = (key: KeyObject): string => methodOf(key)[1];
/** JWS signatures are r and s concatenated, not DER. */
const withEncoding = (key: KeyObject) => ({ key, dsaEncoding: 'ieee-p1363' as const });

export function signToken({ id, privateKey }: SigningKey, claims: Claims): string {
  const body = `${encoded({ alg: algorithmOf(privateKey), kid: id })}.${encoded(claims)}`;
  return `${body}.${sign(hashOf(privateKey), Buffer.from(body), withEncoding(privateKey)).toString('base64url')}`;
}

/** The key id of a token that one of `issuers` may have signed; undefined if it has none, or is no such token. Nothing is verified. */
export function claimedKeyId(token: string, issuers: readonly string[]): string | undefined {
  const [head, body, signature, more] = token.split('.', 4);
  if (!head || !body || !signature || more !== undefined) return undefined;
  try {
    const { iss } = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
    if (!issuers.some((one) => one === iss)) return undefined;
    const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as Record<string, unknown>;
    return typeof kid === 'string' && kid !== '' ? kid : undefined;
  } catch {
    return undefined;
  }
}

/** The claims of a token with a valid signature, and the key that verified it. Expiry, audience and issuer are not checked. `alg` must fit the key, so that
 *  a token cannot choose a weaker algorithm. */
export function verifySignature(
  token: string,
  keys: readonly VerificationKey[],
): { readonly claims: Claims; readonly key: VerificationKey } | undefined {
  const [head, body, signature, more] = token.split('.');
  if (!head || !body || !signature || more !== undefined) return undefined;
  try {
    const { alg, kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as Record<string, unknown>;
    const signed = Buffer.from(`${head}.${body}`);
    const bytes = Buffer.from(signature, 'base64url');
    const key = keys.find(
      ({ id, publicKey }) =>
        (kid === undefined || kid === id) &&
        alg === algorithmOf(publicKey) &&
        verify(hashOf(publicKey), signed, withEncoding(publicKey), bytes),
    );
    return key && { claims: JSON.parse(Buffer.from(body, 'base64url').toString()) as Claims, key };
  } catch {
    return undefined;
  }
}

/** The issuer's public keys as a JSON Web Key Set, served at /openid/v1/jwks. */
export const keySet = (keys: readonly VerificationKey[]) => ({
  keys: keys.map(({ id, publicKey }) => ({
    use: 'sig',
    kid: id,
    alg: algorithmOf(publicKey),
    ...publicKey.export({ format: 'jwk' }),
  })),
});
