// YAML as kubectl and the API server read it: YAML 1.1 booleans and octals, but no dates and no sexagesimals.
// decode.ts calls it for YAML bodies, kubectl for files. What aliases stand for is measured before anybody walks it.
import {
  binaryTag,
  boolCoreTag,
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
import { integerOf } from '../../kit/exact-json.ts';
import { tooLarge } from '../status/status-error.ts';
import { checkAliases } from './aliases.ts';

const shapes: readonly (readonly [RegExp, number])[] = [
  [/^0b[01]+$/, 2],
  [/^0o[0-7]+$/, 8],
  [/^0[0-7]+$/, 8],
  [/^0x[0-9a-fA-F]+$/, 16],
  [/^(?:0|[0-9]+)$/, 10],
];

/** Characters: more digits than a double has, in binary and with underscores. */
const LONGEST_NUMBER = 256;

/** Integers with underscores, binary, hexadecimal, both octals; `08` is eight. */
function wholeNumber(text: string): number | bigint | typeof NOT_RESOLVED {
  if (text.length > LONGEST_NUMBER) return NOT_RESOLVED;
  const negative = text.startsWith('-');
  const bare = text.replace(/^[-+]/, '').replaceAll('_', '');
  for (const [shape, radix] of shapes) {
    if (!shape.test(bare)) continue;
    const digits = bare.replace(/^0[box]/, '');
    const value = Number.parseInt(digits, radix);
    if (radix === 10 && !Number.isSafeInteger(value)) return integerOf(`${negative ? '-' : ''}${digits}`);
    return negative ? -value : value;
  }
  return NOT_RESOLVED;
}

const integerTag = defineScalarTag<number | bigint>('tag:yaml.org,2002:int', {
  implicit: true,
  implicitFirstChars: [...'-+0123456789'],
  resolve: wholeNumber,
  identify: (data) => Number.isInteger(data),
});

const schemaWith = (boolTag: typeof boolYaml11Tag) =>
  FAILSAFE_SCHEMA.withTags([nullYaml11Tag, boolTag, integerTag, floatCoreTag, mergeTag, binaryTag]);

const schema = schemaWith(boolYaml11Tag);

const options = { schema, maxDepth: 500, maxAliases: 1000 };

/**
 * Characters of a body that may begin a line, an item, a key, a tag, an anchor or an alias: reading takes one to two microseconds
 * for each. Upstream limits bytes only. Clients of Kubernetes send JSON; the largest definitions written in YAML have about 25,000.
 */
export const MOST_YAML_TOKENS = 32_768;

const TOKENS = new Set([...'\n:,[{-?!&*'].map((character) => character.charCodeAt(0)));

function checkTokens(text: string): void {
  let tokens = 0;
  for (let i = 0; i < text.length; i++) {
    if (!TOKENS.has(text.charCodeAt(i))) continue;
    if (++tokens > MOST_YAML_TOKENS)
      throw tooLarge(`Request entity too large: limit is ${MOST_YAML_TOKENS} tokens of YAML`);
  }
}

/** One document. Repeated keys throw. */
export function parseYaml(text: string): unknown {
  checkTokens(text);
  return checkAliases(load(text, options));
}

/** One document that parseYaml has refused. The last of repeated keys wins. */
export const parseYamlLeniently = (text: string): unknown =>
  checkAliases(load(text, { ...options, json: true }));

/** A file of documents separated by `---`, of any size; empty ones are left out. */
export const parseYamlDocuments = (text: string): unknown[] =>
  loadAll(text, { ...options, json: true })
    .filter((document) => document !== null && document !== undefined)
    .map(checkAliases);

/** The same as kustomize reads resources: `yes` and `n` are texts. */
export const parseYaml12Documents = (text: string): unknown[] =>
  loadAll(text, { ...options, schema: schemaWith(boolCoreTag), json: true })
    .filter((document) => document !== null && document !== undefined)
    .map(checkAliases);
