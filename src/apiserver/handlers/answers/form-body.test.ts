import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formBody } from './form-body.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

test('a list in another form has its head and all items, whole or in parts', () => {
  for (const count of [0, 1, 128, 129, 1_000]) {
    const body = formBody({ kind: 'Table' }, 'rows', numbers(count), (cell) => ({ cells: [cell] }));
    const text = Buffer.isBuffer(body) ? body.toString() : Buffer.concat([...body]).toString();
    const rows = numbers(count).map((cell) => ({ cells: [cell] }));
    assert.deepEqual(JSON.parse(text), { kind: 'Table', rows });
  }
});

test('items of a long list are made while it is read, a part at a time', () => {
  let made = 0;
  const body = formBody({}, 'items', numbers(1_000), (i) => {
    made++;
    return { i };
  });
  assert.equal(made, 0);
  for (const _ of body) {
    const before = made;
    assert.ok(before > 0 && before <= 256);
    break;
  }
});
