import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inOrder, timedLine } from './lines.ts';
import { painter, wantsColour } from './paint.ts';

describe('lines of logs', () => {
  it('have their time apart, whatever its precision, or none', () => {
    assert.deepEqual(timedLine('2026-01-02T03:04:05.1Z hello world'), {
      key: '2026-01-02T03:04:05.100000000',
      time: '2026-01-02T03:04:05.1Z',
      text: 'hello world',
    });
    assert.deepEqual(timedLine('2026-01-02T03:04:05Z ').key, '2026-01-02T03:04:05.000000000');
    assert.deepEqual(timedLine('no time'), { key: '', time: '', text: 'no time' });
  });

  it('of several logs are in the order of time, those of one in their own', () => {
    const log = (...lines: string[]) => lines.map((line) => timedLine(line));
    const merged = inOrder([
      log('2026-01-01T00:00:01Z a1', 'a1 goes on', '2026-01-01T00:00:03Z a3'),
      log('2026-01-01T00:00:00.5Z b0', '2026-01-01T00:00:02Z b2', '2026-01-01T00:00:01.9Z b1'),
    ]);
    assert.deepEqual(
      merged.map(({ source, text }) => `${source}${text}`),
      ['1b0', '0a1', '0a1 goes on', '1b2', '1b1', '0a3'],
    );
  });
});

describe('prefixes of logs', () => {
  it('name the container only where a pod has several', () => {
    const plain = painter(false);
    assert.equal(plain.prefix('p', 'c', true), 'p | ');
    assert.equal(plain.prefix('p', 'c', false), 'p/c | ');
  });

  it('have a colour for each name in a terminal, and none elsewhere', () => {
    const coloured = painter(true);
    const [a, b] = [coloured.prefix('a', 'c', true), coloured.prefix('b', 'c', true)];
    assert.notEqual(a.slice(0, 5), b.slice(0, 5));
    assert.equal(coloured.prefix('a', 'c', true), a);
    assert.ok(wantsColour(true, {}));
    for (const [terminal, env] of [
      [false, {}],
      [true, { NO_COLOR: '1' }],
      [true, { TERM: 'dumb' }],
    ] as const)
      assert.ok(!wantsColour(terminal, env));
  });
});
