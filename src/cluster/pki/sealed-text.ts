// A text that travels through the API, which may not read it: AES-256-GCM, with a nonce of its own before it and a tag behind it. Called by
// server/joining/bundle.ts and control-plane/shared-keys.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Random } from '../../kit/random.ts';

/** Bytes of the key, and of what AES-GCM adds. */
export const SEALING_KEY = 32;
const NONCE = 12;
const TAG = 16;
const CIPHER = 'aes-256-gcm';

export function sealText(text: string, key: Uint8Array, random: Random): Buffer {
  const nonce = Buffer.from(random.bytes(NONCE));
  const cipher = createCipheriv(CIPHER, key, nonce);
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
}

/** Undefined when it was sealed with another key, or changed. */
export function unsealText(bytes: Buffer, key: Uint8Array): string | undefined {
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE));
    decipher.setAuthTag(bytes.subarray(-TAG));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]).toString();
  } catch {
    return undefined;
  }
}
