import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partsOf } from './registry-client.ts';

test('a name leads to the registry by its host and port', () => {
  assert.deepEqual(partsOf('localhost:5000/team/app:1', 5000), { repository: 'team/app', tag: '1' });
  assert.deepEqual(partsOf('127.0.0.1:5000/app', 5000), { repository: 'app', tag: 'latest' });
  const digest = `sha256:${'a'.repeat(64)}`;
  assert.deepEqual(partsOf(`localhost:5000/app@${digest}`, 5000), { repository: 'app', tag: digest });
  assert.equal(partsOf('localhost:5001/app:1', 5000), undefined);
  assert.equal(partsOf('docker.io/library/app:1', 5000), undefined);
});
