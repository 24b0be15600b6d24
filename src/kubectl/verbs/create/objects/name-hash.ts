// The hash that --append-hash adds to the name of a ConfigMap or Secret: ten letters and digits that cannot form words, over the
// object's kind, name and content. Pure.
import { createHash } from 'node:crypto';
import { goJson } from '../../../../api/codec/go-json.ts';

const REPLACED: Readonly<Record<string, string>> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' };

/** `content` is written with its keys in order. */
export function nameHash(content: Readonly<Record<string, unknown>>): string {
  const hex = createHash('sha256')
    .update(goJson(inOrder(content)))
    .digest('hex');
  return [...hex.slice(0, 10)].map((digit) => REPLACED[digit] ?? digit).join('');
}

function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, inOrder(member)]));
}
