// What an external signer answers, checked: the keys of tokens, and the headers of tokens. Pure.
// Upstream: pkg/serviceaccount/externaljwt/plugin/{keycache.go,plugin.go}.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { algorithmOf, type VerificationKey } from '../jwt.ts';
import type { FetchKeysResponse, Timestamp } from './api.ts';

export interface ExternalKey extends VerificationKey {
  /** Verifies, but is not published. */
  readonly isExcluded: boolean;
}

export interface Keys {
  readonly keys: readonly ExternalKey[];
  /** Seconds since the epoch. */
  readonly dataTimestamp: number;
  /** Seconds until keys should be fetched again. */
  readonly refreshHint: number;
}

/** Upstream has no limit. */
const MOST_KEYS = 200;
const MAX_KEY_ID = 1024;

/** Throws for an answer that cannot be used; no part of it is then. */
export function keysOf({ keys, dataTimestamp, refreshHintSeconds }: FetchKeysResponse): Keys {
  if (refreshHintSeconds <= 0) throw new Error(`found invalid refresh hint (${refreshHintSeconds}s)`);
  if (keys.length === 0) throw new Error('found no keys');
  if (keys.length > MOST_KEYS) throw new Error(`found more than ${MOST_KEYS} keys`);
  return {
    dataTimestamp: secondsOf(dataTimestamp),
    refreshHint: refreshHintSeconds,
    keys: keys.map(({ keyId, key, excludeFromOidcDiscovery: isExcluded }) => {
      if (keyId === '' || Buffer.byteLength(keyId) > MAX_KEY_ID)
        throw new Error(`found invalid public key id ${JSON.stringify(keyId)}`);
      if (key.length === 0) throw new Error('found empty public key');
      return { id: keyId, publicKey: publicKeyOf(key), isExcluded };
    }),
  };
}

function publicKeyOf(key: Buffer): KeyObject {
  try {
    const publicKey = createPublicKey({ key, format: 'der', type: 'spki' });
    algorithmOf(publicKey);
    return publicKey;
  } catch {
    throw new Error('while parsing external public keys: the key is not an RSA key, or of no known curve');
  }
}

/** The years 1 to 9999. */
const FIRST_SECOND = -62_135_596_800;
const LAST_SECOND = 253_402_300_799;

function secondsOf(timestamp: Timestamp | undefined): number {
  const invalid = (why: string) => new Error(`invalid data timestamp: proto: ${why}`);
  if (!timestamp) throw invalid('invalid nil Timestamp');
  const { seconds, nanos } = timestamp;
  const shown = `timestamp (seconds:${seconds} nanos:${nanos})`;
  if (seconds < FIRST_SECOND) throw invalid(`${shown} before 0001-01-01`);
  if (seconds > LAST_SECOND) throw invalid(`${shown} after 9999-12-31`);
  if (nanos < 0 || nanos >= 1e9) throw invalid(`${shown} has out-of-range nanos`);
  return seconds + nanos / 1e9;
}

const ALGORITHMS = new Set(['RS256', 'ES256', 'ES384', 'ES512']);
const FIELDS = new Set(['alg', 'kid', 'typ']);

/** The id of the key that has signed, from the header of a token. Throws if the header says anything else than it must. */
export function keyIdOf(header: string): string {
  const { alg = '', kid = '', typ } = parsed(header);
  if (typ !== 'JWT') throw new Error('bad type');
  if (kid === '') throw new Error('key id missing');
  if (Buffer.byteLength(kid) > MAX_KEY_ID) throw new Error('key id longer than 1 kb');
  if (!ALGORITHMS.has(alg)) throw new Error(`bad signing algorithm ${JSON.stringify(alg)}`);
  return kid;
}

function parsed(header: string): Record<string, string> {
  if (!isBase64Url(header)) throw new Error('while unwrapping header: illegal base64 data');
  const fail = (why: string) => new Error(`while parsing header JSON: ${why}`);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(header, 'base64url').toString());
  } catch {
    throw fail('it is not valid JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fail('it is not an object');
  for (const [field, one] of Object.entries(value)) {
    if (!FIELDS.has(field)) throw fail(`json: unknown field ${JSON.stringify(field)}`);
    if (typeof one !== 'string') throw fail(`${field} is not a string`);
  }
  return value as Record<string, string>;
}

/** A part of a token: without padding, and with nothing that would make another part of it. */
export const isBase64Url = (text: string): boolean => /^[A-Za-z0-9_-]+$/.test(text);
