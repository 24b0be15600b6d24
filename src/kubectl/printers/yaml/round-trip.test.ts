// Whatever is written must be read as what it was: the one promise of YAML that no list of cases can hold. U+2028 is left out, which
// is a line break of YAML 1.1 only.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseYamlLeniently } from '../../../api/codec/yaml.ts';
import { toYaml } from './write.ts';

const pieces = [
  ' ',
  '  ',
  '\n',
  '\t',
  ':',
  ': ',
  '#',
  ' #',
  '-',
  '- ',
  '?',
  "'",
  '"',
  '\\',
  '{',
  '[',
  '&',
  '*',
  '!',
  '|',
  '>',
  '%',
  '@',
  'a',
  'yes',
  '1',
  '0x',
  '.',
  'é',
  '😀',
  '\r',
  '~',
  ',',
  'word '.repeat(20),
];
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((some) => some.join(''));
const key = fc
  .array(fc.constantFrom(...pieces.filter((piece) => piece.length < 9)), { maxLength: 4 })
  .map((some) => `k${some.join('')}`);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    tie('list'),
    tie('map'),
  ),
  list: fc.array(tie('any'), { maxLength: 4 }),
  map: fc.dictionary(key, tie('any'), { maxKeys: 4 }),
})).any;

const plain = (of: unknown): unknown => JSON.parse(JSON.stringify(of));

describe('YAML that is written', () => {
  it('is read as what it was', () => {
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 3 }), (object) => {
        assert.deepEqual(plain(parseYamlLeniently(toYaml(object))), plain(object));
      }),
      { numRuns: 2_000 },
    );
  });
});
