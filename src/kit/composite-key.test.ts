import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compositeKey } from './composite-key.ts';

test('different lists of parts have different keys, whatever characters they hold', () => {
  const lists = [
    [],
    [''],
    ['', ''],
    ['a b'],
    ['a', 'b'],
    ['a', ' b'],
    ['a ', 'b'],
    ['a\n', 'b'],
    ['a,', 'b'],
    ['1,1, ab'],
    ['1', ',1, ab'],
    ['ab', ''],
    ['', 'ab'],
  ];
  assert.equal(new Set(lists.map(compositeKey)).size, lists.length);
  assert.equal(compositeKey(['a', 'b']), compositeKey(['a', 'b']));
});
