import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadPatterns, Patterns } from './re2.ts';

test('patterns are kept as long as they are few and small: the oldest ones are dropped', async () => {
  await loadPatterns();
  const small = new Patterns(10);
  const first = small.compile('^a0$');
  for (let i = 1; i < 10; i++) small.compile(`^a${i}$`);
  assert.equal(small.compile('^a0$'), first);
  small.compile('^a10$');
  assert.notEqual(small.compile('^a0$'), first);

  const large = new Patterns(10_000);
  const [oldest, newest] = [large.compile('(ab?){300}0'), large.compile('(ab?){300}1')];
  for (let i = 2; i < 40; i++) large.compile(`(ab?){300}${i}`);
  assert.notEqual(large.compile('(ab?){300}0'), oldest);
  assert.notEqual(large.compile('(ab?){300}1'), newest);
  assert.equal(large.compile('(ab?){300}39'), large.compile('(ab?){300}39'));
  assert.ok(large.compile('(') instanceof Error);
});
