import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { StoreFailedError } from '../../failures.ts';
import type { Store } from '../../store.ts';
import { openSqliteStore } from '../sqlite-store.ts';
import {
  type ArmedFailpoint,
  arm,
  disarm,
  type FailpointName,
  startFailingStoreWorker,
} from './failpoints.fake.ts';

const VICTIM = new URL('./failpoints-victim.fake.ts', import.meta.url).pathname;
const root = mkdtempSync(join(tmpdir(), 'store-failpoints-'));
let count = 0;
after(() => rmSync(root, { recursive: true, force: true }));

const value = () => Buffer.from('x');
const directory = () => join(root, String(count++));
const reopen = (at: string) => openSqliteStore({ directory: at, clock: new SteppedClock() });

async function withFailpoint(armed: ArmedFailpoint, check: (store: Store, at: string) => Promise<void>) {
  const at = directory();
  const worker = startFailingStoreWorker();
  const store = await openSqliteStore({ directory: at, clock: new SteppedClock(), worker });
  arm(worker, armed);
  await check(store, at);
  disarm(worker, armed.name);
  await store.close();
}

describe('a failpoint of the store', () => {
  test('lets the first commits pass and meets as many as it was armed for', () =>
    withFailpoint({ name: 'slow-commit', skip: 1, times: 1, ms: 1 }, async (store) => {
      for (const key of ['/a', '/b', '/c']) await store.create(key, value);
    }));

  test('fails a commit before it is made: it is not there after a restart', () =>
    withFailpoint({ name: 'fail-before-commit' }, async (store, at) => {
      await assert.rejects(store.create('/a', value), StoreFailedError);
      await store.close();
      const again = await reopen(at);
      assert.equal(again.get('/a'), undefined);
      await again.close();
    }));

  test('fails a commit after it is made: it is not shown, and is there after a restart', () =>
    withFailpoint({ name: 'fail-after-commit' }, async (store, at) => {
      await assert.rejects(store.create('/a', value), StoreFailedError);
      assert.equal(store.get('/a'), undefined);
      await store.close();
      const again = await reopen(at);
      assert.equal(again.get('/a')?.revision, 2);
      await again.close();
    }));

  test('refuses puts as a full disk does, takes deletions, and the store recovers when it is disarmed', async () => {
    const worker = startFailingStoreWorker();
    const clock = new SteppedClock();
    const store = await openSqliteStore({ directory: directory(), clock, worker });
    await store.create('/a', value);
    arm(worker, { name: 'no-space' });
    await assert.rejects(store.create('/b', value), /database space exceeded/);
    await assert.rejects(store.create('/b', value), /database space exceeded/);
    assert.equal(await store.delete('/a', 2), 3);
    disarm(worker, 'no-space');
    while (store.alarm) await Promise.all([clock.step(1_000), store.size()]);
    assert.equal((await store.create('/b', value)).revision, 4);
    await store.close();
  });

  const deaths: [FailpointName, boolean][] = [
    ['exit-before-commit', false],
    ['exit-after-commit', true],
    ['torn-write', false],
  ];
  for (const [name, durable] of deaths)
    test(`${name} kills the process; the unacknowledged write is ${durable ? '' : 'not '}there afterwards`, async () => {
      const at = directory();
      const victim = spawn(process.execPath, [VICTIM, at, name], { stdio: ['ignore', 'pipe', 'inherit'] });
      let output = '';
      victim.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
      const [, signal] = await once(victim, 'close');
      assert.deepEqual([output, signal], ['', 'SIGKILL']);
      const store = await reopen(at);
      assert.deepEqual([store.get('/a')?.revision, store.get('/b') !== undefined], [2, durable]);
      await store.close();
    });
});
