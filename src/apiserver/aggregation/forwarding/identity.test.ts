import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identityHeaders } from './identity.ts';

test('name, uid, groups and extra are headers of their own', () => {
  const user = { name: 'jane', uid: '7', groups: ['a', 'b, c'], extra: { 'k.io/%x y': ['1', '2'] } };
  assert.deepEqual(identityHeaders(user), [
    ...['X-Remote-User', 'jane', 'X-Remote-Uid', '7'],
    ...['X-Remote-Group', 'a', 'X-Remote-Group', 'b, c'],
    ...['X-Remote-Extra-k.io%2F%25x%20y', '1', 'X-Remote-Extra-k.io%2F%25x%20y', '2'],
  ]);
});

test('names are written as UTF-8', () => {
  const [, name = ''] = identityHeaders({ name: 'Jürgen ☸', groups: [] });
  assert.equal(Buffer.from(name, 'latin1').toString(), 'Jürgen ☸');
});

test('a name that a header cannot carry as it is is refused: it would be another name', () => {
  for (const name of [' admin', 'admin\t', 'a\r\nX-Remote-Group: system:masters', 'a\0'])
    assert.throws(
      () => identityHeaders({ name, groups: [] }),
      /^Error: net\/http: invalid header field value for "X-Remote-User"$/,
      JSON.stringify(name),
    );
  assert.throws(() => identityHeaders({ name: 'a', groups: [' system:masters'] }), /X-Remote-Group/);
});
