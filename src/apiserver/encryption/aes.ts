// AES-GCM with random nonces, AES-CBC with PKCS #7 padding, and AES-GCM with a key of its own for each value, derived from a
// seed. The stored forms are upstream's: staging/src/k8s.io/apiserver/pkg/storage/value/encrypt/aes.
import {
  type CipherGCMTypes,
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
} from 'node:crypto';
import type { Random } from '../../kit/random.ts';
import type { Transformer } from './transformer.ts';

/** Bytes. */
const NONCE = 12;
const TAG = 16;
const BLOCK = 16;
/** Bytes of random input from which a value's own key is derived. */
const INFO = 32;

const TOO_SHORT = 'the stored data was shorter than the required size';

/** Bytes that are drawn at a time: each draw is a call of the system, which can take longer than the encryption. */
const POOL = 4_096;

/** Random bytes that are no secret, each given once. */
function pooled(random: Random): (size: number) => Buffer {
  let pool: Buffer = Buffer.alloc(0);
  return (size) => {
    if (pool.length < size) pool = random.bytes(POOL);
    const taken = pool.subarray(0, size);
    pool = pool.subarray(size);
    return taken;
  };
}

/** Nonce, ciphertext, tag. With one key at most 2^32 values may be written (NIST SP 800-38D); upstream advises to rotate
 *  the key after 200,000. */
export function aesGcm(key: Buffer, random: Random, take = pooled(random)): Transformer {
  const cipher = `aes-${key.length * 8}-gcm` as CipherGCMTypes;
  const secret = createSecretKey(key);
  return {
    seal(plain, path) {
      const nonce = take(NONCE);
      const sealing = createCipheriv(cipher, secret, nonce);
      sealing.setAAD(Buffer.from(path));
      return Buffer.concat([nonce, sealing.update(plain), sealing.final(), sealing.getAuthTag()]);
    },
    open(stored, path) {
      if (stored.length < NONCE + TAG) throw new Error(TOO_SHORT);
      const end = stored.length - TAG;
      const opening = createDecipheriv(cipher, secret, stored.subarray(0, NONCE), { authTagLength: TAG });
      opening.setAAD(Buffer.from(path));
      opening.setAuthTag(stored.subarray(end));
      try {
        return {
          plain: Buffer.concat([opening.update(stored.subarray(NONCE, end)), opening.final()]),
          stale: false,
        };
      } catch (cause) {
        throw new Error('cipher: message authentication failed', { cause });
      }
    },
  };
}

/** Initialization vector, ciphertext. Not authenticated: kept to read and write what older clusters use. */
export function aesCbc(key: Buffer, random: Random): Transformer {
  const cipher = `aes-${key.length * 8}-cbc`;
  return {
    seal(plain) {
      const iv = random.bytes(BLOCK);
      const sealing = createCipheriv(cipher, key, iv);
      return Buffer.concat([iv, sealing.update(plain), sealing.final()]);
    },
    open(stored) {
      if (stored.length < BLOCK) throw new Error(TOO_SHORT);
      if (stored.length % BLOCK !== 0) throw new Error('the stored data is not a multiple of the block size');
      const opening = createDecipheriv(cipher, key, stored.subarray(0, BLOCK));
      try {
        return {
          plain: Buffer.concat([opening.update(stored.subarray(BLOCK)), opening.final()]),
          stale: false,
        };
      } catch (cause) {
        throw new Error('invalid padding on input', { cause });
      }
    },
  };
}

/** Random info, then as aesGcm: each value has a key of its own, so that one seed serves any number of values. */
export function derivedAesGcm(seed: Buffer, random: Random): Transformer {
  if (seed.length < INFO) throw new Error(`invalid seed length ${seed.length} used for key generation`);
  const take = pooled(random);
  return {
    seal(plain, path) {
      const info = take(INFO);
      return Buffer.concat([info, aesGcm(expand(seed, info), random, take).seal(plain, path)]);
    },
    open(stored, path) {
      if (stored.length < INFO) throw new Error(TOO_SHORT);
      const key = expand(seed, stored.subarray(0, INFO));
      return aesGcm(key, random, take).open(stored.subarray(INFO), path);
    },
  };
}

/** The first 32 bytes of HKDF-Expand with SHA-256 (RFC 5869, 2.3). */
const expand = (seed: Buffer, info: Buffer): Buffer =>
  createHmac('sha256', seed).update(info).update(Buffer.of(1)).digest();
