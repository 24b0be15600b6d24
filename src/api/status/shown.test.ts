import assert from 'node:assert/strict';
import { test } from 'node:test';
import { invalid } from '../validation/field.ts';
import { shown } from './shown.ts';

test('values are shown as JSON, numbers plain', () => {
  assert.equal(shown('a"b'), '"a\\"b"');
  assert.equal(shown(5), '5');
  assert.equal(shown(undefined), 'null');
  for (const value of [null, [], {}, [1, 'x', { a: [true, null], b: undefined }], { '"': '\n', c: {} }])
    assert.equal(shown(value), JSON.stringify(value));
});

test('a value that is too long is cut, and no more of it is read', () => {
  let read = 0;
  const items = Array.from({ length: 100_000 }, (_, i) => ({
    get name() {
      read++;
      return `item-${i}`;
    },
  }));
  const text = shown(items);
  assert.ok(text.startsWith('[{"name":"item-0"},') && text.endsWith('…') && text.length < 17_000);
  assert.ok(read < 2_000, `${read} items read`);
  assert.ok(shown('x'.repeat(3_000_000)).length < 17_000);
});

test('the message of an error is written when it is read', () => {
  let written = 0;
  const value = {
    get a() {
      return ++written;
    },
  };
  const errors = Array.from({ length: 1_000 }, () => invalid('spec', value, 'no'));
  assert.equal(written, 0);
  assert.equal(errors[0]!.message, 'Invalid value: {"a":1}: no');
});
