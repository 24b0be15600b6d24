import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger, Unquoted } from './log.ts';

function logged() {
  const lines: string[] = [];
  let time = 0;
  const log = createLogger({ level: 'info', now: () => time, write: (line) => lines.push(line) });
  return { log, lines, pass: (ms: number) => (time += ms) };
}

test('control characters in a value cannot begin a line or reach a terminal', () => {
  const { log, lines } = logged();
  log.info('x', {
    key: 'a\nb\u001b[31m\u0085\u2028\u202e',
    error: new Error('m\n    at evil (x.ts:1)\u009b'),
  });
  for (const character of '\u001b\u0085\u009b\u2028\u202e') assert.ok(!lines[0]!.includes(character));
  assert.doesNotMatch(lines[0]!, /^ {4}at evil/m);
  assert.match(lines[0]!, /\n {4}at .*log\.test\.ts/);
});

test('a long value is cut', () => {
  const { log, lines } = logged();
  log.info('x', { key: 'a'.repeat(1_000_000), error: new Error('b'.repeat(1_000_000)) });
  assert.ok(lines[0]!.length < 10_000, String(lines[0]!.length));
});

test('an unquoted error shows its type, code and frames, and so do its causes, but no message', () => {
  const { log, lines } = logged();
  const cause = Object.assign(new Error('hidden'), { code: 'ECONNREFUSED' });
  log.info('x', { error: new Unquoted(new TypeError('hidden too', { cause })) });
  log.info('x', { error: new Unquoted('hidden string') });
  assert.doesNotMatch(lines.join(''), /hidden/);
  assert.match(lines[0]!, /error=TypeError\n {4}at [\s\S]*caused by Error ECONNREFUSED/);
});

test('a parse error does not quote the text that could not be parsed', () => {
  const { log, lines } = logged();
  try {
    JSON.parse('{"password": hunter2}');
  } catch (error) {
    log.info('x', { error });
  }
  assert.doesNotMatch(lines[0]!, /hunter2|hunt/);
});

test('the same line is logged five times in ten seconds, then counted', () => {
  const { log, lines, pass } = logged();
  for (let i = 0; i < 1000; i++) log.child('c').error('failed', { path: '/x' });
  assert.equal(lines.length, 5);
  pass(10_000);
  log.child('c').error('failed', { path: '/x' });
  assert.match(lines[5]!, /failed notLogged=995 path="\/x"/);
});

test('lines from one place that differ are limited too, and what is counted stays bounded', () => {
  const { log, lines } = logged();
  for (let i = 0; i < 900; i++) log.error('failed', { path: String(i) });
  assert.equal(lines.length, 100);
  log.error('something else');
  assert.equal(lines.length, 101);
});
