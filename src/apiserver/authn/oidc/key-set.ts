// The keys of a JSON Web Key Set (RFC 7517) that may sign tokens: RSA and elliptic curve keys. Others, and keys for encryption, are
// passed over. Called by provider.ts.
import { createPublicKey, type KeyObject } from 'node:crypto';
import type { IssuerKey } from './json-web-token.ts';

/** Keys of a set that count, and bits of an RSA key: together they bound the work for a token without a key id. */
const MOST_KEYS = 50;
const RSA_BITS: readonly [number, number] = [1024, 8192];

/** Throws an Error if it is no key set. */
export function parseKeySet(text: string): IssuerKey[] {
  const keys = listOf(text);
  const usable: IssuerKey[] = [];
  for (const jwk of keys) {
    const key = keyOf(jwk);
    if (key) usable.push(key);
    if (usable.length === MOST_KEYS) break;
  }
  return usable;
}

type Jwk = Readonly<Record<string, unknown>>;

function listOf(text: string): Jwk[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('oidc: failed to decode keys: the answer is not valid JSON');
  }
  const { keys } = (value ?? {}) as { readonly keys?: unknown };
  if (!Array.isArray(keys)) throw new Error('oidc: failed to decode keys: the answer has no list of keys');
  return keys.filter((key): key is Jwk => typeof key === 'object' && key !== null);
}

function keyOf(jwk: Jwk): IssuerKey | undefined {
  const { kty, use, kid, alg } = jwk;
  if ((kty !== 'RSA' && kty !== 'EC') || (use !== undefined && use !== 'sig')) return undefined;
  const key = publicKeyOf(jwk);
  if (!key || !isOfGoodLength(key)) return undefined;
  return {
    key,
    id: typeof kid === 'string' && kid ? kid : undefined,
    algorithm: typeof alg === 'string' && alg ? alg : undefined,
  };
}

const PUBLIC = ['kty', 'n', 'e', 'crv', 'x', 'y'];

/** Only the public parts are given on: a key set with private ones is no reason to hold them. */
function publicKeyOf(jwk: Jwk): KeyObject | undefined {
  const parts = Object.fromEntries(PUBLIC.map((name) => [name, jwk[name]]).filter(([, part]) => part));
  try {
    return createPublicKey({ key: parts, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function isOfGoodLength({ asymmetricKeyDetails: { modulusLength } = {} }: KeyObject): boolean {
  const [least, most] = RSA_BITS;
  return modulusLength === undefined || (modulusLength >= least && modulusLength <= most);
}
