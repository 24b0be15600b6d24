// Reads and verifies the JSON Web Tokens of other issuers (RFC 7515, compact form). The token does not choose how it is verified:
// its algorithm must be one that is allowed and fit the key, whose own algorithm counts if it names one. Called by issuer.ts.
// Upstream: github.com/coreos/go-oidc (verify.go) and go-jose.
import { constants, type KeyObject, verify } from 'node:crypto';

export type Claims = Readonly<Record<string, unknown>>;

export interface ReadToken {
  readonly algorithm: string;
  readonly keyId: string | undefined;
  /** Not verified. */
  readonly claims: Claims;
  readonly signed: string;
  readonly signature: Buffer;
}

export interface IssuerKey {
  readonly id: string | undefined;
  readonly key: KeyObject;
  /** The only algorithm that it may be used with, if it names one. */
  readonly algorithm: string | undefined;
}

interface Algorithm {
  readonly type: 'rsa' | 'ec';
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  readonly pss?: true;
  /** OpenSSL's name. */
  readonly curve?: string;
}

/** No symmetric algorithms, and not `none`. */
const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map(
  Object.entries({
    ES256: { type: 'ec', hash: 'sha256', curve: 'prime256v1' },
    ES384: { type: 'ec', hash: 'sha384', curve: 'secp384r1' },
    ES512: { type: 'ec', hash: 'sha512', curve: 'secp521r1' },
    PS256: { type: 'rsa', hash: 'sha256', pss: true },
    PS384: { type: 'rsa', hash: 'sha384', pss: true },
    PS512: { type: 'rsa', hash: 'sha512', pss: true },
    RS256: { type: 'rsa', hash: 'sha256' },
    RS384: { type: 'rsa', hash: 'sha384' },
    RS512: { type: 'rsa', hash: 'sha512' },
  } satisfies Record<string, Algorithm>),
);

export const ALL_ALGORITHMS: readonly string[] = [...ALGORITHMS.keys()];

/** Characters of a token. Upstream has only the limit of headers. */
const LONGEST = 128 * 1024;

/** Undefined if the text is no such token. */
export function readToken(text: string): ReadToken | undefined {
  if (text.length > LONGEST) return undefined;
  const [head = '', body = '', signature = '', more] = text.split('.', 4);
  if (more !== undefined || !signature) return undefined;
  const header = objectOf(head);
  const claims = objectOf(body);
  if (!header || !claims || !isBase64Url(signature)) return undefined;
  const { alg, kid, crit } = header;
  // Extensions that a token declares critical are not known here.
  if (typeof alg !== 'string' || crit !== undefined) return undefined;
  if (kid !== undefined && typeof kid !== 'string') return undefined;
  return {
    algorithm: alg,
    keyId: kid || undefined,
    claims,
    signed: `${head}.${body}`,
    signature: Buffer.from(signature, 'base64url'),
  };
}

const GOOGLE = 'accounts.google.com';

/** Tokens of Google may have its name without https. */
export const issuerOf = ({ iss }: Claims): unknown => (iss === GOOGLE ? `https://${GOOGLE}` : iss);

const isBase64Url = (text: string): boolean => /^[A-Za-z0-9_-]+$/.test(text);

function objectOf(part: string): Record<string, unknown> | undefined {
  if (!isBase64Url(part)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether one of `keys` has signed the token. With a key id in the token, only keys of that id count. */
export const isSignedBy = (token: ReadToken, keys: readonly IssuerKey[]): boolean =>
  keys.some((key) => (token.keyId === undefined || token.keyId === key.id) && isSignedWith(token, key));

function isSignedWith(token: ReadToken, { key, algorithm: own }: IssuerKey): boolean {
  const algorithm = ALGORITHMS.get(token.algorithm);
  if (!algorithm || (own !== undefined && own !== token.algorithm) || !fits(algorithm, key)) return false;
  const options = algorithm.pss
    ? {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      }
    : { key, dsaEncoding: 'ieee-p1363' as const };
  return verify(algorithm.hash, Buffer.from(token.signed), options, token.signature);
}

const fits = ({ type, curve }: Algorithm, { asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean =>
  asymmetricKeyType === type && (curve === undefined || asymmetricKeyDetails?.namedCurve === curve);
