import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainAndStyles } from './ansi.ts';
import { comparableTime, LineSplitter, LONGEST_LINE, lineOf } from './lines.ts';

test('lines are cut from pieces of any length, and the last one needs no end', () => {
  const splitter = new LineSplitter();
  assert.deepEqual(splitter.push('one\ntw'), ['one']);
  assert.deepEqual(splitter.push('o\n\nthr'), ['two', '']);
  assert.deepEqual(splitter.end(), ['thr']);
  assert.deepEqual(splitter.end(), []);
});

test('a line that is too long is cut once, and what follows of it is dropped', () => {
  const splitter = new LineSplitter();
  const long = 'x'.repeat(LONGEST_LINE + 10);
  assert.deepEqual(splitter.push(long), [`${'x'.repeat(LONGEST_LINE)}…`]);
  assert.deepEqual(splitter.push('more of it'), []);
  assert.deepEqual(splitter.push(' and its end\nnext\n'), ['next']);
  assert.deepEqual(splitter.push(`${long}\n`), [`${'x'.repeat(LONGEST_LINE)}…`]);
});

test('times with fewer decimals compare with those that have more', () => {
  const earlier = comparableTime('2026-01-02T03:04:05.1Z');
  const later = comparableTime('2026-01-02T03:04:05.12Z');
  assert.ok(earlier && later && earlier < later);
  assert.equal(comparableTime('2026-01-02T05:04:05+02:00'), '2026-01-02T03:04:05.000000000');
  assert.equal(comparableTime('yesterday'), undefined);
});

test('a line has its time in front; one without takes that of the line before', () => {
  const line = lineOf('2026-01-02T03:04:05.5Z GET / 200\r', 3, '');
  assert.deepEqual(line, { source: 3, time: '2026-01-02T03:04:05.500000000', text: 'GET / 200' });
  assert.deepEqual(lineOf('unable to read', 3, line.time), {
    source: 3,
    time: line.time,
    text: 'unable to read',
  });
  assert.equal(lineOf('2026-01-02T03:04:05Z', 0, '').text, '');
});

test('colours become classes, other escape sequences vanish', () => {
  const { text, styles } = plainAndStyles(
    '\u001b[1;31mERROR\u001b[0m at \u001b[38;5;12mx\u001b[2K\u001b[m end',
  );
  assert.equal(text, 'ERROR at x end');
  assert.deepEqual(styles, [{ from: 0, to: 5, classes: 'ansi-red ansi-bold' }]);
  assert.deepEqual(plainAndStyles('no escapes'), { text: 'no escapes' });
  assert.equal(plainAndStyles('cut off \u001b[3').text, 'cut off ');
});
