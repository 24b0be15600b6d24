// How two values differ, for messages about changes that are not allowed.
import { semanticEqual } from '../../semantic.ts';

const line = (sign: string, path: string, value: unknown): string =>
  value === undefined ? '' : `  ${sign} ${path}: ${JSON.stringify(value)}\n`;

/** The fields that differ, one per line, with the old value first. */
export function difference(old: unknown, now: unknown, path = ''): string {
  if (semanticEqual(old, now)) return '';
  if (typeof old !== 'object' || typeof now !== 'object' || !old || !now)
    return line('-', path, old) + line('+', path, now);
  const a = old as Record<string, unknown>;
  const b = now as Record<string, unknown>;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .map((key) => difference(a[key], b[key], path ? `${path}.${key}` : key))
    .join('');
}
