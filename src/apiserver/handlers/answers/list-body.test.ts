import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListBody } from './list-body.ts';

const piece = (value: unknown) => ({ bytes: Buffer.from(JSON.stringify(value)) });
const HEAD = '{"kind":"ConfigMapList"}';
const read = (body: ListBody) => Buffer.concat([...body]);

test('a list body has its head and items, and the declared length', () => {
  for (const items of [[], [1], [1, 'two', { three: 3 }]]) {
    const body = new ListBody(HEAD, items.map(piece));
    assert.equal(body.length, read(body).length);
    assert.deepEqual(JSON.parse(read(body).toString()), { kind: 'ConfigMapList', items });
  }
});

test('a large list is divided into slabs; an item larger than a slab has its own', () => {
  const items = ['x'.repeat(600_000), ...Array.from({ length: 1000 }, (_, i) => `${i}${'y'.repeat(1000)}`)];
  const body = new ListBody(HEAD, items.map(piece));
  assert.ok([...body].length > 5);
  assert.deepEqual(JSON.parse(read(body).toString()).items, items);
});

test('readers of the same body share slabs', () => {
  const body = new ListBody(HEAD, [piece('one')]);
  const first = [...body];
  const second = [...body];
  assert.ok(first.every((slab, i) => slab === second[i]));
});
