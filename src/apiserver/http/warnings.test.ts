import assert from 'node:assert/strict';
import { test } from 'node:test';
import { warningHeaders } from './warnings.ts';

test('warnings are headers of code 299, quoted', () => {
  assert.deepEqual(warningHeaders(['unknown field "a\nb"']), ['299 - "unknown field \\"a b\\""']);
});

test('many or long warnings are shortened to 256 characters each and 4,096 together', () => {
  const headers = warningHeaders(Array(100).fill('x'.repeat(100_000)));
  assert.equal(headers.length, 16);
  assert.ok(headers.every((text) => text.length <= 256 + 10));
});
