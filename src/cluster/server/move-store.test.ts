import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutVersion } from './move-store.ts';

const without = (text: string, revision: number) => withoutVersion(Buffer.from(text), revision).toString();

test('the version of an object is left open, and nothing else is touched', () => {
  const object = (version: string) =>
    `{"metadata":{"name":"a","uid":"u-1","resourceVersion":"${version}"},"data":{"x":",\\"resourceVersion\\":\\"7\\""}}`;
  assert.equal(without(object('7'), 7), object('0'));
  assert.equal(without(object('7'), 8), object('7'), 'another version than the store has');
  const elsewhere = '{"metadata":{"uid":"u-1","name":"a","resourceVersion":"7"}}';
  assert.equal(without(elsewhere, 7), elsewhere);
  assert.equal(without('{"kind":"Endpoints"}', 7), '{"kind":"Endpoints"}');
  assert.equal(without('{"uid":"', 7), '{"uid":"');
});
