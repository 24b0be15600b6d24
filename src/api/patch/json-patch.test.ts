import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatusError } from '../status/status-error.ts';
import { applyJsonPatch } from './json-patch.ts';

const apply = (document: unknown, ...patch: unknown[]) => applyJsonPatch(document, patch);
const code = (expected: number) => (error: unknown) =>
  error instanceof StatusError && error.code === expected;

test('operations change a copy, in order', () => {
  const document = { a: { b: [1, 2] }, 'x/y': 1 };
  const result = apply(
    document,
    { op: 'add', path: '/a/b/-', value: 3 },
    { op: 'add', path: '/a/b/0', value: 0 },
    { op: 'remove', path: '/a/b/1' },
    { op: 'replace', path: '/x~1y', value: null },
    { op: 'copy', from: '/a/b', path: '/c' },
    { op: 'move', from: '/c/0', path: '/d' },
    { op: 'test', path: '/d', value: 0 },
    { op: 'test', path: '/missing', value: null },
  );
  assert.deepEqual(result, { a: { b: [0, 2, 3] }, 'x/y': null, c: [2, 3], d: 0 });
  assert.deepEqual(document, { a: { b: [1, 2] }, 'x/y': 1 });
});

test('a member that is not there may be replaced, but not removed', () => {
  assert.deepEqual(apply({ a: {} }, { op: 'replace', path: '/a/b', value: 1 }), { a: { b: 1 } });
});

test('negative indexes count from the end', () => {
  assert.deepEqual(apply([1, 2, 3], { op: 'remove', path: '/-1' }), [1, 2]);
});

test('an operation that cannot be applied is unprocessable', () => {
  const bad: [unknown, unknown][] = [
    [{}, { op: 'remove', path: '/a' }],
    [{}, { op: 'replace', path: '/a/b', value: 1 }],
    [{ a: [] }, { op: 'replace', path: '/a/0', value: 1 }],
    [{}, { op: 'add', path: '/a/b', value: 1 }],
    [{ a: [] }, { op: 'add', path: '/a/1', value: 1 }],
    [{ a: 1 }, { op: 'test', path: '/a', value: 2 }],
    [{}, { op: 'explode', path: '/a' }],
  ];
  for (const [document, operation] of bad)
    assert.throws(() => apply(document, operation), code(422), JSON.stringify(operation));
});

test('a patch that is not a list is a bad request with upstream’s message', () => {
  assert.throws(
    () => applyJsonPatch({}, {}),
    (error) =>
      error instanceof StatusError &&
      error.code === 400 &&
      error.message === 'json: cannot unmarshal object into Go value of type jsonpatch.Patch',
  );
});

test('__proto__ is an ordinary key', () => {
  const result = apply({}, { op: 'add', path: '/__proto__', value: { polluted: true } }) as object;
  assert.equal(Object.hasOwn(result, '__proto__'), true);
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  assert.throws(() => apply({}, { op: 'add', path: '/constructor/prototype/x', value: 1 }), code(422));
});

test('copies are limited to 3 MB before they are made', () => {
  const doubling = Array.from({ length: 40 }, () => ({ op: 'copy', from: '/q', path: '/q/-' }));
  assert.throws(() => apply({ q: ['x'] }, ...doubling), code(413));
  const large = 'x'.repeat(2_500_000);
  assert.throws(
    () => apply({ q: [large] }, ...doubling.slice(0, 2)),
    (error) =>
      error instanceof StatusError &&
      error.code === 413 &&
      /^Unable to complete the copy/.test(error.message),
  );
});

test('copies into themselves cannot make a document deeper than a body may be', () => {
  const nesting = Array.from({ length: 20 }, (_, i) => ({
    op: 'copy',
    from: '/a',
    path: `/a${'/a'.repeat(2 ** i)}`,
  }));
  assert.throws(() => apply({ a: {} }, ...nesting.slice(0, 12)), code(413));
});

test('tests of large objects and moves in long lists are limited', () => {
  const object = Object.fromEntries(Array.from({ length: 16_000 }, (_, i) => [`k${i}`, 0]));
  const tests = Array.from({ length: 100 }, () => ({ op: 'test', path: '/o', value: object }));
  assert.throws(() => apply({ o: { ...object } }, ...tests), code(413));
  const list = new Array(200_000).fill(0);
  const inserts = Array.from({ length: 500 }, () => ({ op: 'add', path: '/l/0', value: 0 }));
  assert.throws(() => apply({ l: list }, ...inserts), code(413));
});
