import assert from 'node:assert/strict';
import { it } from 'node:test';
import { nonzero } from './nonzero.ts';

it('a counter of 0 is left out of a status', () => {
  assert.deepEqual({ ...nonzero('ready', 2), ...nonzero('available', 0) }, { ready: 2 });
});
