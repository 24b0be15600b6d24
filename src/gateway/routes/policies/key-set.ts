// A JSON Web Key Set as public keys for the proxy. Pure. Shared secrets (`oct`) are refused: whoever knows one can sign.
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { messageOf } from '../../../kit/message-of.ts';
import { isPlainValue } from '../../model/alphabets.ts';
import type { JwtKey } from '../../model/policy.ts';

const MOST_BYTES = 64 * 1024;
const MOST_KEYS = 16;

const BY_CURVE: Readonly<Record<string, JwtKey['algorithm']>> = {
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
};
const OF_RSA: readonly string[] = ['RS256', 'RS384', 'RS512'];

/** The keys, or why there are none. Keys for something else than signatures, or of another kind, are left out. */
export function keysOf(text: string): readonly JwtKey[] | string {
  if (Buffer.byteLength(text) > MOST_BYTES) return 'the key set is too large';
  let set: unknown;
  try {
    set = JSON.parse(text);
  } catch (error) {
    return `the key set is not JSON: ${messageOf(error)}`;
  }
  const all = (set as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(all)) return 'the key set has no list "keys"';
  const keys = all.slice(0, MOST_KEYS).flatMap((key: unknown) => keyOf(key) ?? []);
  return keys.length > 0 ? keys : 'the key set has no public key of RSA or an elliptic curve for signatures';
}

function keyOf(given: unknown): JwtKey | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const key = given as Readonly<Record<string, unknown>>;
  const algorithm = algorithmOf(key);
  if (!algorithm || (key.use !== undefined && key.use !== 'sig')) return undefined;
  const id = key.kid;
  if (id !== undefined && (typeof id !== 'string' || !isPlainValue(id))) return undefined;
  try {
    // Only what is public: a private key in the set does not come near the proxy.
    const { kty, n, e, crv, x, y } = key as JsonWebKey;
    const pem = createPublicKey({ key: { kty, n, e, crv, x, y } as JsonWebKey, format: 'jwk' });
    const text = pem.export({ type: 'spki', format: 'pem' }).toString();
    return { algorithm, pem: text, ...(id !== undefined && { id }) };
  } catch {
    return undefined;
  }
}

function algorithmOf({ kty, alg, crv }: Readonly<Record<string, unknown>>): JwtKey['algorithm'] | undefined {
  if (kty === 'RSA') {
    const wanted = alg ?? 'RS256';
    return OF_RSA.includes(String(wanted)) ? (wanted as JwtKey['algorithm']) : undefined;
  }
  if (kty !== 'EC' || typeof crv !== 'string' || !Object.hasOwn(BY_CURVE, crv)) return undefined;
  return alg === undefined || alg === BY_CURVE[crv] ? BY_CURVE[crv] : undefined;
}
