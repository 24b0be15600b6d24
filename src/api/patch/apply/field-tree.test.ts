// The operations on sets of field paths, against the same on plain sets of texts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  difference,
  differenceBelow,
  type FieldTree,
  intersection,
  leaf,
  members,
  sharedWith,
  sorted,
  union,
} from './field-tree.ts';

const steps = ['f:a', 'f:b', 'k:{"name":"c"}'];
const treeOf = (depth: number): fc.Arbitrary<FieldTree> =>
  fc
    .tuple(
      fc.boolean(),
      depth === 0 ? fc.constant({}) : fc.dictionary(fc.constantFrom(...steps), treeOf(depth - 1)),
    )
    .map(
      ([member, children]): FieldTree =>
        member && Object.keys(children).length > 0 ? { '.': leaf, ...children } : { ...children },
    );
/** A set itself is no member of itself. */
const set = treeOf(4).map(({ '.': _, ...children }): FieldTree => children);

const texts = (of: FieldTree): Set<string> => new Set([...members(of)].map((path) => path.join('/')));
const isBelow = (path: string, others: ReadonlySet<string>) =>
  [...others].some((other) => path === other || path.startsWith(`${other}/`));

const holds = (expected: (a: Set<string>, b: Set<string>) => Set<string>, of: typeof union) =>
  fc.assert(
    fc.property(set, set, (a, b) => {
      const before = JSON.stringify([a, b]);
      assert.deepEqual(sortedTexts(texts(of(a, b))), sortedTexts(expected(texts(a), texts(b))));
      assert.equal(JSON.stringify([a, b]), before, 'changes nothing');
    }),
  );
const sortedTexts = (of: Set<string>) => [...of].sort();

test('union, intersection and differences are those of the sets of paths', () => {
  holds((a, b) => a.union(b), union);
  holds((a, b) => a.intersection(b), intersection);
  holds((a, b) => a.difference(b), difference);
  holds((a, b) => new Set([...a].filter((path) => !isBelow(path, b))), differenceBelow);
});

test('equal sets have equal texts once they are sorted', () => {
  fc.assert(
    fc.property(set, set, (a, b) => {
      const one = union(union(a, b), a);
      assert.equal(JSON.stringify(sorted(one)), JSON.stringify(sorted(union(b, a))));
    }),
  );
});

test('what is shared with a model is the same set, and the model itself where all of it is equal', () => {
  fc.assert(
    fc.property(set.map(sorted), set.map(sorted), (model, tree) => {
      const before = JSON.stringify([model, tree]);
      assert.equal(JSON.stringify(sharedWith(model, tree)), JSON.stringify(tree));
      assert.equal(sharedWith(model, structuredClone(model)), model);
      assert.equal(JSON.stringify([model, tree]), before, 'changes nothing');
    }),
  );
  const model = { 'f:a': { 'f:b': { 'f:c': leaf } }, 'f:d': { 'f:e': leaf } };
  const other = sharedWith(model, { 'f:a': { 'f:b': { 'f:c': leaf } }, 'f:d': { 'f:f': leaf } });
  assert.equal(other['f:a'], model['f:a']);
});
