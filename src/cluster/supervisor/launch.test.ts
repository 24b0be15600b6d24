import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readLaunch } from './launch.ts';

const now = Date.UTC(2026, 0, 1);

it('tells the launcher and why the process before this one ended', () => {
  const env = { TIPHYS_LAUNCHER: '7', TIPHYS_RESTARTS: '2', TIPHYS_LAST_EXIT: '137' };
  assert.deepEqual(readLaunch(env, 7, now), {
    launcher: 7,
    restarts: 2,
    lastReason: 'killed by SIGKILL',
    lastTime: '2026-01-01T00:00:00Z',
  });
});

it('has no launcher when another process than the parent is named, or none', () => {
  const alone = { launcher: undefined, restarts: 0 };
  assert.deepEqual(readLaunch({ TIPHYS_LAUNCHER: '7', TIPHYS_RESTARTS: '2' }, 8, now), alone);
  assert.deepEqual(readLaunch({}, 8, now), alone);
});
