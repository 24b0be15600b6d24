// Texts that only servers of this cluster can write and read (AES-256-GCM): what a browser keeps for us in its cookie.
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Random } from '../../kit/random.ts';

const NONCE = 12;
const TAG = 16;
/** Of what is sealed, before it is compressed. */
const MOST_BYTES = 64 * 1024;

export class Seal {
  readonly #random: Random;
  readonly #secret: () => string;
  #key: { readonly of: string; readonly bytes: Buffer } | undefined;

  constructor(secret: () => string, random: Random) {
    this.#secret = secret;
    this.#random = random;
  }

  /** Letters, digits, `-` and `_`. */
  seal(text: string): string {
    const nonce = this.#random.bytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.#keyNow(), nonce);
    const sealed = Buffer.concat([cipher.update(deflateRawSync(text)), cipher.final()]);
    return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url');
  }

  /** Undefined unless it was sealed with today's key. */
  open(sealed: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length <= NONCE + TAG) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.#keyNow(), bytes.subarray(0, NONCE));
    decipher.setAuthTag(bytes.subarray(-TAG));
    try {
      const packed = Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]);
      return inflateRawSync(packed, { maxOutputLength: MOST_BYTES }).toString();
    } catch {
      return undefined;
    }
  }

  #keyNow(): Buffer {
    const of = this.#secret();
    if (this.#key?.of !== of) {
      const derived = hkdfSync('sha256', of, '', 'tiphys dashboard session', 32);
      this.#key = { of, bytes: Buffer.from(derived) };
    }
    return this.#key.bytes;
  }
}
