import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackwardWriter } from './backward-writer.ts';
import { Writer } from './writer.ts';

const VALUES = [0, 1, 127, 128, 300, 2 ** 31, 2 ** 32 + 7, Number.MAX_SAFE_INTEGER, -1, -(2 ** 31)];
const TEXTS = ['', 'short', 'größe', 'x'.repeat(24), 'x'.repeat(25), 'ü'.repeat(20_000), '😀'.repeat(9)];

test('what is written in reverse order reads as if it were written forwards', () => {
  const forward = new Writer();
  const backward = new BackwardWriter();
  for (const value of VALUES) forward.varint(value);
  for (const text of TEXTS) forward.string(text);
  forward.double(-0.25);
  forward.bytes(Buffer.from('bytes'));
  forward.tag(300, 2);
  backward.tag(300, 2);
  backward.bytes(Buffer.from('bytes'));
  backward.double(-0.25);
  for (const text of TEXTS.toReversed()) backward.string(text);
  for (const value of VALUES.toReversed()) backward.varint(value);
  assert.equal(backward.length, forward.finish().length);
  assert.deepEqual(backward.take(), forward.finish());
  assert.equal(backward.length, 0);
});

test('integers of 64 bits are exact', () => {
  const writer = new BackwardWriter();
  writer.varint(-(2n ** 63n));
  writer.varint(2n ** 63n - 1n);
  assert.equal(writer.take().toString('hex'), 'ffffffffffffffff7f80808080808080808001');
});
