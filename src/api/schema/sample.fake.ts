// A value for every field of a struct, made from the definition alone, for tests that hold for all kinds.
import type { StructType, Type } from './notation.ts';

/** Fully populated, in canonical form, so that decoding must give it back unchanged. */
export function sampleOf(
  type: StructType,
  within: ReadonlySet<StructType> = new Set(),
): Record<string, unknown> {
  // A struct within itself is empty.
  if (within.has(type)) return {};
  const inner = new Set(within).add(type);
  // Fields without a number (apiVersion and kind) are not part of a message.
  const fields = Object.entries(type.fields).filter(([, field]) => field.number > 0);
  const entries = fields.map(([name, field]) => [
    name,
    field.enum?.[0] || sampleValue(field.type, field.number, name, inner),
  ]);
  return Object.fromEntries(entries);
}

function sampleValue(type: Type, seed: number, name: string, within: ReadonlySet<StructType>): unknown {
  switch (type.is) {
    case 'string':
      return `${name}-${seed}`;
    case 'bytes':
      return Buffer.from([seed, 255 - seed]).toString('base64');
    case 'time':
      return `2026-01-01T00:00:${String(seed % 60).padStart(2, '0')}Z`;
    case 'micro-time':
      return `2026-01-01T00:00:${String(seed % 60).padStart(2, '0')}.000123Z`;
    case 'quantity':
      return `${seed}m`;
    case 'int-or-string':
      return seed % 2 === 0 ? seed : `${seed}%`;
    case 'boolean':
      return true;
    case 'int32':
      return -seed;
    case 'int64':
      return 2 ** 40 + seed;
    case 'double':
      return seed + 0.5;
    case 'json':
    case 'raw':
    case 'fields-v1':
      return { [name]: { nested: [seed, null, 'x'] } };
    case 'list':
      return [sampleValue(type.of, seed, name, within), sampleValue(type.of, seed + 2, name, within)];
    case 'map':
      return {
        [`${name}.one`]: sampleValue(type.of, seed, name, within),
        two: sampleValue(type.of, seed + 2, name, within),
      };
    case 'struct':
      return sampleOf(type, within);
    case 'schema-or':
      return type.other === 'boolean' ? false : [type.other === 'strings' ? 'a' : {}];
  }
}
