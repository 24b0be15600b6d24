import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, test } from 'node:test';
import { systemClock } from '../../../kit/clock.ts';
import { systemRandom } from '../../../kit/random.ts';
import { encryptedObject } from './api.ts';
import { FakePlugin } from './plugin.fake.ts';
import { KmsTransformer } from './provider.ts';

const directory = mkdtempSync(join(tmpdir(), 'kms-'));
after(() => rmSync(directory, { recursive: true }));
const socket = join(directory, 'kms.sock');
/** Milliseconds by which the clock is ahead. */
let ahead = 0;
const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + ahead };

let plugin: FakePlugin;
const transformers: KmsTransformer[] = [];

beforeEach(async () => {
  ahead = 0;
  plugin = new FakePlugin(socket);
  await plugin.start();
});

afterEach(async () => {
  for (const transformer of transformers.splice(0)) transformer.close();
  await plugin.stop();
});

function plugIn(): KmsTransformer {
  const provider = { type: 'kms', name: 'test', socket, timeoutMs: 3_000 } as const;
  const made = new KmsTransformer({ provider, clock, random: systemRandom, onError: () => {} });
  transformers.push(made);
  return made;
}

test('many objects cost one call of the plug-in, and another server reads them after one more', async () => {
  const first = plugIn();
  await first.start();
  const stored = ['a', 'b', 'c'].map((text) => first.seal(Buffer.from(text), `/registry/${text}`));
  assert.deepEqual(plugin.calls, { Status: 1, Encrypt: 1, Decrypt: 0 });
  const { keyId: id, keySourceType, encryptedKeySource } = encryptedObject.decode(stored[0]!);
  assert.deepEqual([id, keySourceType, encryptedKeySource.length], ['kek-1', 1, 32]);
  const second = plugIn();
  await second.start();
  await second.prefetch(stored);
  assert.equal(plugin.calls.Decrypt, 1);
  const opened = second.open(stored[1]!, '/registry/b');
  assert.deepEqual([opened.plain.toString(), opened.stale], ['b', false]);
  assert.throws(() => second.open(stored[1]!, '/registry/c'), /message authentication failed/);
});

test('objects of an earlier key of the plug-in are read and are stale', async () => {
  const first = plugIn();
  await first.start();
  const stored = first.seal(Buffer.from('x'), 'k');
  plugin.keyId = 'kek-2';
  await first.start();
  assert.equal(plugin.calls.Encrypt, 2);
  assert.equal(first.open(stored, 'k').stale, true);
  assert.equal(encryptedObject.decode(first.seal(Buffer.from('y'), 'k')).keyId, 'kek-2');
});

test('a plug-in that is ill is reported; what is known can be read, and written for three minutes', async () => {
  const transformer = plugIn();
  await transformer.start();
  const stored = transformer.seal(Buffer.from('x'), 'k');
  plugin.healthz = 'sealed';
  await transformer.start();
  assert.match(transformer.problem!, /got unexpected healthz status: sealed/);
  transformer.seal(Buffer.from('y'), 'k');
  ahead = 181_000;
  assert.throws(() => transformer.seal(Buffer.from('z'), 'k'), /expired/);
  assert.equal(transformer.open(stored, 'k').plain.toString(), 'x');
});

test('without the plug-in nothing is written or read, and all works once it answers', async () => {
  const first = plugIn();
  await first.start();
  const stored = first.seal(Buffer.from('x'), 'k');
  await plugin.stop();
  const second = plugIn();
  await second.start();
  assert.throws(() => second.seal(Buffer.from('y'), 'k'), /kms provider test/);
  assert.throws(() => second.open(stored, 'k'), /failed to decrypt DEK/);
  await plugin.start();
  while (second.problem) await second.start();
  assert.equal(second.problem, undefined);
  assert.equal(second.open(stored, 'k').plain.toString(), 'x');
});

test('bytes that are no encrypted object are refused', async () => {
  const transformer = plugIn();
  await transformer.start();
  for (const bytes of ['', 'garbage', '\xff\xff\xff\xff'])
    assert.throws(() => transformer.open(Buffer.from(bytes, 'latin1'), 'k'), Error);
});
