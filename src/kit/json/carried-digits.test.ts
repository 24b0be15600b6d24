import assert from 'node:assert/strict';
import { test } from 'node:test';
import { carryDigits, parseForUse, stringifyCarried } from './carried-digits.ts';

const TEXT = '{"a":9007199254740993,"b":{"c":-9223372036854775808,"d":1},"e":[9007199254740993]}';
type Sample = { a: number; b: { c: number; d: number }; e: number[] };

test('long integers are numbers to compute with, and are written with their digits', () => {
  const value = parseForUse(TEXT) as Sample;
  assert.equal(value.a, 9007199254740992);
  assert.equal(value.a + 1, 9007199254740992);
  assert.equal(Math.max(value.b.c, 0), 0);
  assert.equal(stringifyCarried(value), TEXT);
});

test('a copy of the members has the digits, too, also frozen and when other members change', () => {
  const value = Object.freeze(parseForUse(TEXT)) as Sample;
  const copy = { ...value, b: { ...value.b, d: 2 } };
  assert.equal(stringifyCarried(copy), TEXT.replace('"d":1', '"d":2'));
  const built = carryDigits(value.b, Object.fromEntries(Object.entries(value.b).reverse()));
  assert.equal(stringifyCarried(built), '{"d":1,"c":-9223372036854775808}');
});

test('a member that was set anew is written as it is', () => {
  const value = { ...(parseForUse(TEXT) as Sample), a: 9007199254740994 };
  assert.match(stringifyCarried(value), /"a":9007199254740994,/);
  const { a: _, ...without } = parseForUse(TEXT) as Sample;
  assert.doesNotMatch(stringifyCarried(without), /"a"/);
});

test('keys that objects have by birth are members like any other', () => {
  const text = '{"__proto__":{"constructor":9007199254740993},"x":9007199254740993}';
  const value = parseForUse(text) as Record<string, unknown>;
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.equal(stringifyCarried(value), text);
});
