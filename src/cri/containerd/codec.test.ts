import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bool, enumeration, int64, message, nanos, repeated, string, stringMap, wrapper } from './codec.ts';

interface Sample {
  name?: string;
  big?: number;
  at?: number;
  yes?: boolean;
  kind?: 'a' | 'b' | 'c';
  uid?: number;
  words?: string[];
  numbers?: number[];
  labels?: Record<string, string>;
  inner?: { name: string };
}

const inner = message<{ name: string }>({ name: [1, string] });
const sample = message<Sample>({
  name: [1, string],
  big: [2, int64],
  at: [3, nanos],
  yes: [4, bool],
  kind: [5, enumeration('a', 'b', 'c')],
  uid: [6, wrapper(int64)],
  words: [7, repeated(string)],
  numbers: [8, repeated(int64)],
  labels: [9, stringMap],
  inner: [20, inner],
});

test('a message comes back as it was written', () => {
  const value: Sample = {
    name: 'größe',
    big: -1,
    at: 1_700_000_000_123.25,
    yes: true,
    kind: 'c',
    uid: 0,
    words: ['x', ''],
    numbers: [0, 1, 5_000_000_000, -7],
    labels: { 'a.b/c': 'd', e: '' },
    inner: { name: 'n'.repeat(300) },
  };
  assert.deepEqual(sample.decode(sample.encode(value)), value);
});

test('absent fields decode to zeros, absent messages and wrappers to undefined', () => {
  assert.deepEqual(sample.decode(Buffer.alloc(0)), {
    name: '',
    big: 0,
    at: 0,
    yes: false,
    kind: 'a',
    uid: undefined,
    words: [],
    numbers: [],
    labels: {},
    inner: undefined,
  });
});

test('zeros are not written, a wrapped zero is', () => {
  assert.equal(sample.encode({ name: '', big: 0, yes: false, kind: 'a', words: [] }).length, 0);
  assert.equal(sample.encode({ uid: 0 }).length, 2);
});

test('the bytes are those of the protocol buffer encoding', () => {
  assert.equal(sample.encode({ name: 'hi', big: 300 }).toString('hex'), '0a02686910ac02');
  assert.equal(sample.encode({ big: -1 }).toString('hex'), '10ffffffffffffffffff01');
  assert.equal(sample.encode({ numbers: [1, 300] }).toString('hex'), '420301ac02');
});

test('unknown fields are skipped and truncation is an error', () => {
  const wide = message<{ extra: string; name: string }>({ extra: [99, string], name: [1, string] });
  assert.equal(sample.decode(wide.encode({ extra: 'zzz', name: 'ok' })).name, 'ok');
  assert.throws(() => sample.decode(Buffer.from('0a05', 'hex')), RangeError);
});

test('values above 2^53 are read as the nearest number', () => {
  const unlimited = Buffer.from('10ffffffffffffffff7f', 'hex');
  assert.equal(sample.decode(unlimited).big, 2 ** 63);
});
