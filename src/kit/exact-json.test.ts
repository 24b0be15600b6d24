import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hasLongDigits, parseExactJson, parseUnusualJson } from './exact-json.ts';

const again = (text: string) => JSON.stringify(parseExactJson(text));

test('integers of 64 bits are read and written exactly', () => {
  for (const text of [
    '9007199254740993',
    '-9223372036854775808',
    '[9223372036854775807,{"a":{"b":[3546343826724305833]}}]',
    '{"a":"9007199254740993","b":9007199254740993,"__proto__":9007199254740995}',
    '{"a":"\\"9007199254740993","b":-9007199254740993 }'.replace(' ', ''),
  ])
    assert.equal(again(text), text);
  assert.equal((parseExactJson('{"n":9007199254740993}') as { n: bigint }).n, 9007199254740993n);
});

test('a number of very many digits is not read as a bigint, which would take half a second for three million', (t) => {
  const { mock } = t.mock.method(globalThis, 'BigInt');
  assert.throws(() => parseExactJson(`[${'1'.repeat(400)}]`));
  assert.equal(parseExactJson('1'.repeat(21)), 1.1111111111111111e20);
  assert.equal(mock.callCount(), 0);
});

test('integers that a number holds stay numbers, those beyond 64 bits are floats, as upstream', () => {
  assert.deepEqual(parseExactJson('[9007199254740991,"1234567890123456",0.1234567890123456789]'), [
    9007199254740991,
    '1234567890123456',
    0.12345678901234568,
  ]);
  assert.equal(
    again('[9223372036854775808,1e3,1.5e-7,100000000000000000000000]'),
    '[9223372036854776000,1000,1.5e-7,1e+23]',
  );
});

test('tiny numbers of the text are not taken for the places of others', () => {
  assert.equal(
    again('[1e-310,9007199254740993,2e-310,5e-324,0e-310]'),
    '[1e-310,9007199254740993,2e-310,5e-324,0]',
  );
});

test('a number that no float holds is refused in Go’s words', () => {
  for (const literal of ['1e400', '-1e400', '9'.repeat(400)])
    assert.throws(() => parseUnusualJson(`{"a":[${literal}]}`), {
      message: `json: cannot unmarshal number ${literal} into Go value of type float64`,
    });
});

test('what is not JSON is still refused', () => {
  for (const text of [
    '{9007199254740993:1}',
    '{9007199254740993 :1}',
    '1 9007199254740993',
    '[-9007199254740993-]',
    '[09007199254740993]',
    'tru9007199254740993',
    '"a9007199254740993',
    '[1-9007199254740993]',
    '[9007199254740993.]',
  ])
    assert.throws(() => parseExactJson(text), SyntaxError, text);
});

test('sixteen digits in a row are found wherever they stand, and no fewer', () => {
  const part = fc.oneof(
    fc.integer({ min: 0, max: 18 }).map((n) => '7'.repeat(n)),
    fc.constantFrom('a', '-', '.'),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = parts.join('');
      assert.equal(hasLongDigits(text), /[0-9]{16}/.test(text), text);
    }),
  );
});
