// Signs and verifies the JSON Web Tokens of service accounts (RFC 7515, compact form): ES256 for EC keys, RS256 for RSA keys.
// Called by service-account-tokens.ts; keySet() by assemble.ts.
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

export type Claims = Readonly<Record<string, unknown>>;

export interface SigningKey {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export function signingKey(pem: string): SigningKey {
  const privateKey = createPrivateKey(pem);
  const publicKey = createPublicKey(privateKey);
  return { id: keyId(publicKey), privateKey, publicKey };
}

const keyId = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64url');

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const algorithmOf = (key: KeyObject): 'ES256' | 'RS256' =>
  key.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256';
/** JWS signatures are r and s concatenated, not DER. */
const withEncoding = (key: KeyObject) =>
  algorithmOf(key) === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' as const } : { key };

export function signToken({ id, privateKey }: SigningKey, claims: Claims): string {
  const body = `${encode({ alg: algorithmOf(privateKey), kid: id })}.${encode(claims)}`;
  return `${body}.${sign('sha256', Buffer.from(body), withEncoding(privateKey)).toString('base64url')}`;
}

/** The claims of a token with a valid signature. Expiry, audience and issuer are not checked. `alg` must fit the key, so that
 *  a token cannot choose a weaker algorithm. */
export function verifySignature(token: string, keys: readonly SigningKey[]): Claims | undefined {
  const [head, body, signature, more] = token.split('.');
  if (!head || !body || !signature || more !== undefined) return undefined;
  try {
    const { alg, kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as Record<string, unknown>;
    const signed = Buffer.from(`${head}.${body}`);
    const bytes = Buffer.from(signature, 'base64url');
    const good = keys.some(
      ({ id, publicKey }) =>
        (kid === undefined || kid === id) &&
        alg === algorithmOf(publicKey) &&
        verify('sha256', signed, withEncoding(publicKey), bytes),
    );
    return good ? (JSON.parse(Buffer.from(body, 'base64url').toString()) as Claims) : undefined;
  } catch {
    return undefined;
  }
}

/** The issuer's public keys as a JSON Web Key Set, served at /openid/v1/jwks. */
export const keySet = (keys: readonly SigningKey[]) => ({
  keys: keys.map(({ id, publicKey }) => ({
    use: 'sig',
    kid: id,
    alg: algorithmOf(publicKey),
    ...publicKey.export({ format: 'jwk' }),
  })),
});
