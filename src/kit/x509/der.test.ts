import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elements, octetString } from './der.ts';

test('what is written is read again, however long it is', () => {
  for (const size of [0, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000, 200_000]) {
    const [element, ...others] = elements(octetString(Buffer.alloc(size, 1)));
    assert.deepEqual([element?.body.length, others.length], [size, 0]);
  }
});
