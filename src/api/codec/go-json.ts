// JSON as Go's encoding/json writes it, for values whose bytes clients compare (RawExtension): with escapes for what HTML and
// JavaScript give a meaning, and with sorted keys where a JavaScript object cannot keep the order of its keys. Pure.

const ESCAPED = /[<>&\u2028\u2029]/g;
const escapeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
const text = (value: unknown): string => JSON.stringify(value).replace(ESCAPED, escapeOf);

export function goJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return text(value);
  if (Array.isArray(value)) return `[${value.map((item) => goJson(item ?? null)).join(',')}]`;
  const members = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(members).filter((key) => members[key] !== undefined);
  // Objects put such keys first, in numerical order.
  if (keys.length > 1 && isIndex(keys[0]!)) keys.sort();
  return `{${keys.map((key) => `${text(key)}:${goJson(members[key])}`).join(',')}}`;
}

const isIndex = (key: string): boolean => /^(0|[1-9][0-9]{0,9})$/.test(key);

/** As Go writes a map of unknown content: all keys sorted. Integers beyond 2^53 may be bigints. */
export function sortedGoJson(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return text(value);
  if (Array.isArray(value)) return `[${value.map((item) => sortedGoJson(item ?? null)).join(',')}]`;
  const members = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(members).filter((key) => members[key] !== undefined);
  return `{${keys
    .sort()
    .map((key) => `${text(key)}:${sortedGoJson(members[key])}`)
    .join(',')}}`;
}
