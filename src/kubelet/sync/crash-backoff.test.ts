import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CRASH_BASE, CrashBackoff } from './crash-backoff.ts';

test('a clock that was set back after a crash makes nothing wait until then', () => {
  const crashes = new CrashBackoff();
  const ended = 86_400_000;
  crashes.next('main', ended, ended);
  assert.equal(crashes.holding('main', ended, ended + 1)?.until, ended + CRASH_BASE);
  assert.equal(crashes.holding('main', ended, 0), undefined);
});
