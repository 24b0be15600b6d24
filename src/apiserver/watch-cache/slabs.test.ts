import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Item } from './item.ts';
import { SlabForm, Slabs } from './slabs.ts';

const item = (name: string, text: string) => {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'ns' }, data: { text } };
  return new Item(Buffer.from(JSON.stringify(object)), object, {});
};
const namesIn = (slabs: readonly Buffer[]) =>
  Buffer.concat(slabs)
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).metadata.name);

const before = Array.from({ length: 5000 }, (_, i) => item(`m-${i}`, 'x'.repeat(1000 + (i % 100))));
const states = {
  changed: before.with(700, item('m-700', 'short')),
  added: before.toSpliced(700, 0, item('new', 'x'.repeat(3000))),
  removed: before.toSpliced(700, 1),
  'removed first': before.slice(1),
};

for (const [what, after] of Object.entries(states))
  test(`an object that is ${what} changes few slabs, readers of the new state share the others`, () => {
    const form = new SlabForm('', '\n', 64 * 1024);
    const old = [...new Slabs(before, form)];
    const made = [...new Slabs(after, form)];
    assert.deepEqual(
      namesIn(made),
      after.map(({ name }) => name),
    );
    const known = new Set(old);
    const fresh = made.filter((slab) => !known.has(slab));
    assert.ok(fresh.length > 0 && fresh.length <= 8, `${fresh.length} of ${made.length} slabs are new`);
  });
