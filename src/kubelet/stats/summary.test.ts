import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Instant } from './summary.ts';

test('the summary tells seconds, as times in the API', () => {
  const time = new Instant(Date.UTC(2026, 0, 1, 0, 0, 0, 987));
  assert.equal(JSON.stringify({ time }), '{"time":"2026-01-01T00:00:00Z"}');
});
