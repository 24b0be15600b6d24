import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pemBlocks, pemOf } from './pem.ts';

const block = (type: string, content: string, end = type) =>
  `-----BEGIN ${type}-----\n${content}-----END ${end}-----\n`;
const read = (text: string) =>
  [...pemBlocks(text)].map(
    ({ type, hasHeaders, bytes }) => `${type}${hasHeaders ? '+' : ''} ${bytes.toString()}`,
  );

test('blocks are read, and what is between them is skipped', () => {
  const text = `before\n${block('A', 'aGVs\nbG8=\n')}between${'\n'}${block('B C', 'd29ybGQ=\r\n')}`;
  assert.deepEqual(read(text), ['A hello', 'B C world']);
  assert.deepEqual(read(pemOf('X', Buffer.from('x'.repeat(100)))), [`X ${'x'.repeat(100)}`]);
  assert.deepEqual(read(block('A', 'aGVsbG8=\n').trimEnd()), ['A hello']);
  assert.deepEqual(read(block('A', 'K: v\nL: w\n\naGVsbG8=\n')), ['A+ hello']);
});

test('a block that cannot be read is skipped, and the next one is read', () => {
  const good = block('B', 'd29ybGQ=\n');
  for (const bad of [
    block('A', 'aGVsbG8=\n', 'Z'),
    block('A', 'aGVsbG8\n'),
    block('A', 'a!Vs\n'),
    '-----BEGIN A\naGVs\n-----END A-----\n',
    'x-----BEGIN A-----\naGVs\n-----END A-----\n',
    '-----BEGIN A-----\naGVs\n-----END A----- x\n',
    '-----BEGIN A-----\n',
  ])
    assert.deepEqual(read(bad + good), ['B world'], bad);
  assert.deepEqual(read('-----BEGIN A-----\naGVs'), []);
  assert.deepEqual(read('-----BEGIN A-----'), []);
});

test('many beginnings take linear time', () => {
  const many = '-----BEGIN A-----\n'.repeat(60_000);
  const long = 'x'.repeat(1 << 20);
  const end = 'x!\n-----END A-----\n';
  const withContent = '-----BEGIN A-----\nAAAA\n'.repeat(45_000) + end;
  const likeHeaders = '-----BEGIN A:-----\n'.repeat(60_000) + end.replace('A', 'A:');
  for (const text of [
    many,
    `${many}-----END A-----${long}`,
    `${many}-----END B-----\n`,
    many + long,
    withContent,
    likeHeaders,
  ]) {
    const start = process.cpuUsage();
    assert.deepEqual(read(text), []);
    const { user } = process.cpuUsage(start);
    assert.ok(user < 1_000_000, `${user} µs`);
  }
});
