import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListBody } from './list-body.ts';

const piece = (value: unknown) => ({ bytes: Buffer.from(JSON.stringify(value)), mark: 0 });
const HEAD = '{"kind":"ConfigMapList"}';
const read = (body: ListBody) => Buffer.concat([...body]);

test('a list body has its head and items, and the declared length', () => {
  for (const items of [[], [1], [1, 'two', { three: 3 }]]) {
    const body = new ListBody(HEAD, items.map(piece), '');
    assert.equal(body.length, read(body).length);
    assert.deepEqual(JSON.parse(read(body).toString()), { kind: 'ConfigMapList', items });
  }
});

test('what items begin with is left out, of those that begin with it', () => {
  const items = [{ kind: 'A', x: 1 }, { kind: 'B', x: 2 }, 'kind', { kind: 'A', x: 3 }];
  const body = new ListBody(HEAD, items.map(piece), '"kind":"A",');
  assert.equal(body.length, read(body).length);
  const written = JSON.parse(read(body).toString()).items;
  assert.deepEqual(written, [{ x: 1 }, { kind: 'B', x: 2 }, 'kind', { x: 3 }]);
});

test('a large list is divided into slabs; an item larger than a slab has its own', () => {
  const items = ['x'.repeat(600_000), ...Array.from({ length: 1000 }, (_, i) => `${i}${'y'.repeat(1000)}`)];
  const body = new ListBody(HEAD, items.map(piece), '');
  assert.ok([...body].length > 5);
  assert.deepEqual(JSON.parse(read(body).toString()).items, items);
});

test('readers of the same body share slabs', () => {
  const body = new ListBody(HEAD, [piece('one')], '');
  const first = [...body];
  const second = [...body];
  assert.ok(first.every((slab, i) => slab.buffer === second[i]!.buffer));
});
