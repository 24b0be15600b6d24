import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTooManyRequests } from '../../api/status/status-error.ts';
import { WatchLimit } from './watch-limit.ts';

test('a user with too many open watches gets a 429, others do not, and closing one makes room', () => {
  const limit = new WatchLimit(2);
  for (let i = 0; i < 2; i++) {
    limit.check('alice');
    limit.opened('alice');
  }
  assert.throws(() => limit.check('alice'), isTooManyRequests);
  limit.check('bob');
  limit.closed('alice');
  limit.check('alice');
});
