// Expiry, closing, and reopening.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { StoreClosedError } from '../failures.ts';
import { check, randomHistory } from './history.contract.ts';
import { encoded, put, reached, record, type Subject, text, type WithStore } from './subject.contract.ts';

export function lifetimeContract(withStore: WithStore, subject: Subject): void {
  if (!subject.isShared) leaseContract(withStore);
  closeContract(withStore);
  if (subject.reopen) reopenContract(withStore, subject.reopen);
  if (subject.reopen && !subject.isShared) reopenedLeaseContract(withStore, subject.reopen);
}

function leaseContract(withStore: WithStore): void {
  test(
    'a key with a time to live is deleted when it expires, with an event',
    withStore(async (store, clock) => {
      const { lines } = record(store, '/', 1);
      await store.create('/a', encoded('one'), { ttlSeconds: 10 });
      await clock.step(9_999);
      assert.equal(store.revision, 2);
      const deleted = reached(store, 3);
      await clock.step(1);
      await deleted;
      assert.deepEqual(lines, ['put /a@2 one', 'delete /a@3 (was one)']);
    }),
  );

  test(
    'keys expire in the order of their times, not of their creation',
    withStore(async (store, clock) => {
      const { lines } = record(store, '/', 4);
      for (const seconds of [30, 10, 20])
        await store.create(`/${seconds}`, encoded('x'), { ttlSeconds: seconds });
      for (const revision of [5, 6, 7]) {
        const deleted = reached(store, revision);
        await clock.step(10_000);
        await deleted;
      }
      assert.deepEqual(lines, ['delete /10@5 (was x)', 'delete /20@6 (was x)', 'delete /30@7 (was x)']);
    }),
  );

  test(
    'only the newest version decides whether and when a key expires',
    withStore(async (store, clock) => {
      await store.create('/renewed', encoded('one'), { ttlSeconds: 10 });
      await store.create('/kept', encoded('one'), { ttlSeconds: 10 });
      await store.create('/replaced', encoded('one'), { ttlSeconds: 10 });
      await store.update('/renewed', 2, encoded('two'), { ttlSeconds: 20 });
      await store.update('/kept', 3, encoded('two'));
      await store.delete('/replaced', 4);
      await store.create('/replaced', encoded('two'));
      await clock.step(15_000);
      assert.equal(store.count('/'), 3);
      const deleted = reached(store, 9);
      await clock.step(5_000);
      await deleted;
      assert.deepEqual([store.get('/renewed'), store.count('/')], [undefined, 2]);
    }),
  );

  test(
    'a closed store deletes nothing that expires',
    withStore(async (store, clock) => {
      await store.create('/a', encoded('one'), { ttlSeconds: 1 });
      await store.close();
      await clock.step(5_000);
      assert.equal(text(store.get('/a')), 'one');
    }),
  );
}

function closeContract(withStore: WithStore): void {
  test(
    'closing waits for accepted writes, then refuses writes and watches and calls no listener',
    withStore(async (store) => {
      const { lines } = record(store, '/', 1);
      const writing = store.create('/a', encoded('one'));
      const closing = store.close();
      await assert.rejects(store.create('/b', encoded('two')), StoreClosedError);
      await closing;
      assert.equal((await writing).revision, 2);
      assert.deepEqual(lines, ['put /a@2 one']);
      await assert.rejects(store.update('/a', 2, encoded('two')), StoreClosedError);
      await assert.rejects(store.delete('/a', 2), StoreClosedError);
      await assert.rejects(store.compact(2), StoreClosedError);
      assert.throws(() => store.watch('/', 1, { events() {} }), StoreClosedError);
      assert.equal(text(store.get('/a')), 'one');
      await store.close();
    }),
  );
}

function reopenContract(withStore: WithStore, reopen: NonNullable<Subject['reopen']>): void {
  test(
    'a reopened store shows the same history, and goes on after its newest revision',
    withStore(async (store, clock) => {
      const history = await randomHistory(store, 200);
      await store.compact(100);
      const { revision } = store;
      const again = await reopen(store, clock);
      assert.deepEqual([again.revision, again.compacted], [revision, 100]);
      check(again, history);
      assert.equal((await again.create('/new', encoded('x'))).revision, revision + 1);
      await again.close();
    }),
  );

  test(
    'no revision is used twice, even when the newest write was a deletion and is compacted',
    withStore(async (store, clock) => {
      await put(store, '/a', 'one');
      await store.delete('/a', 2);
      await store.compact(3);
      const again = await reopen(store, clock);
      assert.equal(again.revision, 3);
      assert.equal((await again.create('/a', encoded('two'))).revision, 4);
      await again.close();
    }),
  );

  test(
    'values and keys of every kind come back byte for byte',
    withStore(async (store, clock) => {
      const values = [
        Buffer.alloc(0),
        Buffer.from([0, 1, 255, 0]),
        Buffer.alloc(3 << 20, 'x'),
        Buffer.from('ä😀'),
      ];
      await Promise.all(values.map((value, i) => store.create(`/😀/ä/${i}`, () => value)));
      const again = await reopen(store, clock);
      const entries = again.range('/😀/ä/').entries;
      assert.ok(entries.every((entry, i) => entry.value.equals(values[i]!)));
      assert.equal(entries.length, values.length);
      await again.close();
    }),
  );
}

function reopenedLeaseContract(withStore: WithStore, reopen: NonNullable<Subject['reopen']>): void {
  test(
    'expiry times survive a restart, those that passed meanwhile included',
    withStore(async (store, clock) => {
      await store.create('/past', encoded('one'), { ttlSeconds: 10 });
      await store.create('/coming', encoded('one'), { ttlSeconds: 60 });
      await store.close();
      const later = new SteppedClock(clock.now() + 30_000);
      const again = await reopen(store, later);
      for (const [revision, wait] of [
        [4, 0],
        [5, 30_000],
      ] as const) {
        const deleted = reached(again, revision);
        await later.step(wait);
        await deleted;
      }
      assert.equal(again.count('/'), 0);
      await again.close();
    }),
  );
}
