// A hash of a pod template for names and labels: equal templates have equal hashes, and each collision count gives another.
// The values differ from upstream's, which depend on how Go prints structs, but are as stable.

import type { PodTemplateSpec } from '../../../api/kinds/core/v1/pod-spec.ts';
import { SAFE_LETTERS } from '../../../kit/random.ts';

export function templateHash(template: Readonly<PodTemplateSpec> | undefined, collisions = 0): string {
  return hashOf(template ?? {}, collisions);
}

/** The hash of a JSON value; key order and empty members make no difference. */
export function hashOf(value: unknown, collisions = 0): string {
  const text = canonical(value) + (collisions > 0 ? `#${collisions}` : '');
  return safe(String(fnv1a(Buffer.from(text))));
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value)
    .map(([key, member]) => [key, canonical(member)] as const)
    .filter(([, text]) => text !== 'null' && text !== '{}' && text !== '[]')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`;
}

function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** Encodes digits in letters that form no words, as upstream's SafeEncodeString. */
function safe(digits: string): string {
  let out = '';
  for (const byte of Buffer.from(digits)) out += SAFE_LETTERS[byte % SAFE_LETTERS.length];
  return out;
}
