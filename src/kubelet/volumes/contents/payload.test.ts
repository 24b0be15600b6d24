import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyedPayload } from './payload.ts';

const data = new Map([
  ['a', Buffer.from('1')],
  ['b', Buffer.from('2')],
]);

test('items choose keys, paths and modes', () => {
  const items = [{ key: 'a', path: 'p/q', mode: 0o400 }];
  const chosen = keyedPayload({ what: 'configmap', data, items, mode: 0o644, optional: false });
  assert.deepEqual([...chosen.keys()], ['p/q']);
  assert.equal(chosen.get('p/q')?.mode, 0o400);
});

test('an item without its key is an error, unless the source is optional', () => {
  const items = [{ key: 'z', path: 'z' }];
  assert.throws(() => keyedPayload({ what: 'configmap', data, items, mode: 0o644, optional: false }), {
    message: 'configmap references non-existent configmap key: z',
  });
  assert.equal(keyedPayload({ what: 'configmap', data, items, mode: 0o644, optional: true }).size, 0);
});
