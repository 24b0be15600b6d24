// YAML as kubectl and the API server read it: YAML 1.1 booleans and octals, but no dates and no sexagesimals.
// decode.ts calls it for YAML bodies, kubectl for files.
import {
  binaryTag,
  boolYaml11Tag,
  defineScalarTag,
  FAILSAFE_SCHEMA,
  floatCoreTag,
  load,
  loadAll,
  mergeTag,
  NOT_RESOLVED,
  nullYaml11Tag,
} from 'js-yaml';

const shapes: readonly (readonly [RegExp, number])[] = [
  [/^0b[01]+$/, 2],
  [/^0o[0-7]+$/, 8],
  [/^0[0-7]+$/, 8],
  [/^0x[0-9a-fA-F]+$/, 16],
  [/^(?:0|[0-9]+)$/, 10],
];

/** Integers with underscores, binary, hexadecimal, both octals; `08` is eight. */
function wholeNumber(text: string): number | typeof NOT_RESOLVED {
  const negative = text.startsWith('-');
  const bare = text.replace(/^[-+]/, '').replaceAll('_', '');
  for (const [shape, radix] of shapes) {
    if (!shape.test(bare)) continue;
    const value = Number.parseInt(bare.replace(/^0[box]/, ''), radix);
    return negative ? -value : value;
  }
  return NOT_RESOLVED;
}

const integerTag = defineScalarTag<number>('tag:yaml.org,2002:int', {
  implicit: true,
  implicitFirstChars: [...'-+0123456789'],
  resolve: wholeNumber,
  identify: (data) => Number.isInteger(data),
});

const schema = FAILSAFE_SCHEMA.withTags([
  nullYaml11Tag,
  boolYaml11Tag,
  integerTag,
  floatCoreTag,
  mergeTag,
  binaryTag,
]);

const options = { schema, maxDepth: 500, maxAliases: 1000 };

/** One document. Repeated keys throw. */
export const parseYaml = (text: string): unknown => load(text, options);

/** One document. The last of repeated keys wins. */
export const parseYamlLeniently = (text: string): unknown => load(text, { ...options, json: true });

/** A file of documents separated by `---`; empty ones are left out. */
export const parseYamlDocuments = (text: string): unknown[] =>
  loadAll(text, { ...options, json: true }).filter((document) => document !== null && document !== undefined);
