import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bool, type Codec, enumeration, int64, nanoseconds, string } from './codec.ts';
import { block } from './fields.ts';
import { message, repeated, stringMap, wrapper } from './message.ts';
import { Reader } from './reader.ts';
import { ProtobufError } from './wire.ts';
import { Writer } from './writer.ts';

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
  at: [3, nanoseconds],
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
  assert.throws(() => sample.decode(Buffer.from('0a05', 'hex')), ProtobufError);
});

test('values above 2^53 are read as the nearest number', () => {
  const unlimited = Buffer.from('10ffffffffffffffff7f', 'hex');
  assert.equal(sample.decode(unlimited).big, 2 ** 63);
});

test('a map may have a key that JavaScript objects have already', () => {
  const decoded = sample.decode(sample.encode({ labels: JSON.parse('{"__proto__":"x","constructor":"y"}') }));
  assert.deepEqual(Object.entries(decoded.labels!), [
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
});

test('numbers are read packed or one by one', () => {
  assert.deepEqual(sample.decode(Buffer.from('42030107024005', 'hex')).numbers, [1, 7, 2, 5]);
});

test('messages nested more than a thousand deep are refused', () => {
  interface Nested {
    inner?: Nested;
  }
  const inside: Codec<Nested | undefined> = {
    wire: 2,
    write: (w, value) => nested.write(w, value!),
    read: (r) => nested.read(r),
    zero: () => undefined,
    isZero: (value) => value === undefined,
  };
  const nested = message<Nested>({ inner: [1, inside] });
  const deep = (levels: number) => {
    let body = Buffer.alloc(0);
    for (let i = 0; i < levels; i++) body = block(1, body) as typeof body;
    return body;
  };
  assert.ok(nested.decode(deep(1_000)));
  assert.throws(() => nested.decode(deep(1_001)), /exceeded max recursion depth/);
});

test('what cannot be a message is refused, however it is cut', () => {
  const whole = sample.encode({ name: 'größe', big: -1, labels: { a: 'b' }, inner: { name: 'n' } });
  const outcomes = Array.from({ length: whole.length }, (_, end) => {
    try {
      sample.decode(whole.subarray(0, end));
      return 'decoded';
    } catch (error) {
      return error instanceof ProtobufError ? 'refused' : error;
    }
  });
  assert.deepEqual([...new Set(outcomes)].sort(), ['decoded', 'refused']);
  for (const bad of ['00', '0b', 'ffffffffffff01', '10ffffffffffffffffffffff01', '0affffffff0f'])
    assert.throws(() => sample.decode(Buffer.from(bad, 'hex')), ProtobufError, bad);
});

test('doubles and integers beyond 32 bits keep their value', () => {
  const w = new Writer();
  w.double(0.1);
  for (const value of [2 ** 40 + 3, Number.MAX_SAFE_INTEGER]) w.varint(value);
  for (const value of [-(2 ** 31) - 1, Number.MIN_SAFE_INTEGER]) w.varint(value);
  const r = new Reader(w.finish());
  assert.equal(r.double(), 0.1);
  assert.deepEqual([r.uint64(), r.int64()], [2 ** 40 + 3, Number.MAX_SAFE_INTEGER]);
  assert.deepEqual([r.int64(), r.int64()], [-(2 ** 31) - 1, Number.MIN_SAFE_INTEGER]);
  assert.equal(r.done, true);
});
