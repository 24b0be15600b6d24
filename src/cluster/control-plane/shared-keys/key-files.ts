// The files of keys that all servers of a cluster have alike, and that commands change on one of them: those of service account tokens and of
// encrypted objects. Called by shared-keys.ts.
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, writeAtomically } from '../../pki/credential-files.ts';

/** In the order in which they are written: whatever a crash leaves, no key that has signed is missing. */
export const KEY_FILES = [
  'sa-previous.pub',
  'sa-next.key',
  'sa.key',
  'sa.pub',
  'encryption-config.json',
] as const;

/** Texts by name; those that are missing are left out. */
export type KeyTexts = Readonly<Partial<Record<(typeof KEY_FILES)[number], string>>>;

export function readKeys(pki: string): KeyTexts {
  const found = KEY_FILES.map((name) => [name, readIfThere(join(pki, name))] as const);
  return Object.fromEntries(found.filter(([, text]) => text !== undefined));
}

export function writeKeys(pki: string, texts: KeyTexts): void {
  for (const name of KEY_FILES) {
    const text = texts[name];
    if (text !== undefined && readIfThere(join(pki, name)) !== text)
      writeAtomically(join(pki, name), text, { durable: true });
  }
  for (const name of KEY_FILES) if (texts[name] === undefined) rmSync(join(pki, name), { force: true });
}

export const digestOf = (texts: KeyTexts): string =>
  createHash('sha256')
    .update(JSON.stringify(KEY_FILES.map((name) => texts[name] ?? null)))
    .digest('hex');

/** `texts`, and the public keys with which `lost` has signed: tokens of them are still accepted. */
export function withoutLoss(texts: KeyTexts, lost: KeyTexts): KeyTexts {
  const accepted = new Set([
    ...signersOf(texts),
    ...(texts['sa-next.key'] ? [publicOf(texts['sa-next.key'])] : []),
  ]);
  const missing = signersOf(lost).filter((key) => !accepted.has(key));
  if (missing.length === 0) return texts;
  return { ...texts, 'sa-previous.pub': [texts['sa-previous.pub'] ?? '', ...missing].join('') };
}

/** PEM of the public keys that sign, or did. */
function signersOf(texts: KeyTexts): string[] {
  const previous = texts['sa-previous.pub']?.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----\n?/g) ?? [];
  return [...(texts['sa.key'] ? [publicOf(texts['sa.key'])] : []), ...previous];
}

const publicOf = (privateKey: string): string =>
  createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'pem' }).toString();
