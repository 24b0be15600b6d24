import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SteppedClock, settle } from '../../kit/clock.fake.ts';
import { encoded, record } from '../contract/subject.contract.ts';
import { DiskAlarmError } from '../failures.ts';
import { MvccState } from './mvcc-state.ts';
import { MvccStore, type StoreLimits } from './mvcc-store.ts';

const full = new DiskAlarmError('NOSPACE');

/** A store on a disk that refuses what `refuses` says. */
function openOnDisk(limits: StoreLimits = {}) {
  const clock = new SteppedClock();
  const disk = { refuses: undefined as DiskAlarmError | undefined, used: 0, probes: 0, forgets: 0 };
  const news: (string | undefined)[] = [];
  const store = new MvccStore({
    clock,
    state: new MvccState(),
    limits,
    onAlarm: (error) => news.push(error?.kind),
    journal: {
      get used() {
        return disk.used;
      },
      tight: false,
      append: (writes, ended) =>
        ended(
          writes.some(({ entry }) => entry && !entry.key.startsWith('/frees')) ? disk.refuses : undefined,
        ),
      gather: (flush) => void Promise.resolve().then(flush),
      forget: async () => {
        disk.forgets++;
      },
      shrink: async () => {},
      size: async () => 0,
      close: async () => {},
      probe: async () => {
        disk.probes++;
        if (disk.refuses) throw disk.refuses;
      },
    },
  });
  return { store, clock, disk, news };
}

describe('a store whose disk has no room', () => {
  test('refuses the writes of the failed commit and those behind it, and shows none of them', async () => {
    const { store, disk, news } = openOnDisk();
    await store.create('/a', encoded('one'));
    const { lines } = record(store, '/', 2);
    disk.refuses = full;
    const writes = [
      store.update('/a', 2, encoded('two')),
      store.create('/b', encoded('one')),
      store.delete('/a', 3),
    ];
    const outcomes = await Promise.allSettled(writes);
    assert.ok(outcomes.every((outcome) => outcome.status === 'rejected' && outcome.reason === full));
    assert.deepEqual([store.get('/a')?.revision, store.get('/b'), store.revision], [2, undefined, 2]);
    assert.deepEqual([lines, news, store.alarm], [[], ['NOSPACE'], 'NOSPACE']);
    await store.close();
  });

  test('takes deletions and the steps of one, and answers every other write at once in etcd’s words', async () => {
    const { store, disk } = openOnDisk();
    await store.create('/a', encoded('one'));
    await store.create('/frees', encoded('one'));
    disk.refuses = full;
    await assert.rejects(store.create('/b', encoded('one')));
    for (const write of [store.create('/b', encoded('one')), store.update('/a', 2, encoded('two'))])
      await assert.rejects(write, { message: 'etcdserver: mvcc: database space exceeded' });
    assert.equal(await store.delete('/a', 2), 4);
    assert.equal((await store.update('/frees', 3, encoded('two'), { frees: true })).revision, 5);
    await store.close();
  });

  test('asks the disk again, less and less often, and takes writes when there is room', async () => {
    const { store, clock, disk, news } = openOnDisk();
    disk.refuses = full;
    await assert.rejects(store.create('/a', encoded('one')));
    await clock.step(60_000);
    assert.ok(disk.probes >= 5 && disk.probes <= 8, `${disk.probes} probes`);
    disk.refuses = undefined;
    await clock.step(30_000);
    assert.deepEqual([store.alarm, news], [undefined, ['NOSPACE', undefined]]);
    assert.equal((await store.create('/a', encoded('one'))).revision, 2);
    await store.close();
  });

  test('compacts everything while the alarm stands', async () => {
    const { store, clock, disk } = openOnDisk();
    await store.create('/a', encoded('one'));
    await store.update('/a', 2, encoded('two'));
    disk.refuses = full;
    await assert.rejects(store.create('/b', encoded('one')));
    await clock.step(1_000);
    assert.deepEqual([store.compacted, disk.forgets], [3, 1]);
    await store.close();
  });

  test('tries again later to delete what has expired', async () => {
    const { store, clock, disk } = openOnDisk();
    await store.create('/a', encoded('one'), { ttlSeconds: 1 });
    disk.refuses = new DiskAlarmError('READONLY');
    await assert.rejects(store.create('/b', encoded('one')));
    await clock.step(1_000);
    assert.equal(store.count('/a'), 1);
    disk.refuses = undefined;
    await clock.step(120_000);
    assert.equal(store.count('/a'), 0);
    await store.close();
  });
});

test('a read-only disk takes no deletion either', async () => {
  const { store, disk, news } = openOnDisk();
  await store.create('/a', encoded('one'));
  disk.refuses = new DiskAlarmError('READONLY');
  await assert.rejects(store.create('/b', encoded('one')), /read-only/);
  await assert.rejects(store.delete('/a', 2), /read-only/);
  assert.deepEqual([news, store.get('/a')?.revision], [['READONLY'], 2]);
  await store.close();
});

test('data beyond the quota raise the alarm, and it goes when there is less', async () => {
  const { store, clock, disk } = openOnDisk({ quotaBytes: 1_000 });
  disk.used = 1_001;
  await store.create('/a', encoded('one'));
  assert.equal(store.alarm, 'NOSPACE');
  await clock.step(5_000);
  assert.equal(store.alarm, 'NOSPACE');
  disk.used = 900;
  await clock.step(10_000);
  await settle();
  assert.equal(store.alarm, undefined);
  await store.close();
});
