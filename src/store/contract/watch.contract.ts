// Watches: past events, later events, no gap between them, and what a listener may do while it is called.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompactedError, type StoreEvent } from '../store.ts';
import { encoded, put, record, type Subject, type WithStore } from './subject.contract.ts';

export function watchContract(withStore: WithStore, { isShared }: Subject): void {
  test(
    'a watch from now delivers new events, with the previous version',
    withStore(async (store) => {
      await store.create('/a', encoded('one'));
      const { lines } = record(store, '/', store.revision);
      await store.update('/a', 2, encoded('two'));
      await store.create('/b', encoded('three'));
      await store.delete('/a', 3);
      assert.deepEqual(lines, ['put /a@3 two (was one)', 'put /b@4 three', 'delete /a@5 (was two)']);
    }),
  );

  test(
    'a watch from an earlier revision delivers past and new events without gap or repetition',
    withStore(async (store) => {
      for (const value of ['one', 'two', 'three']) await put(store, '/a', value);
      const { lines } = record(store, '/', 2);
      const writing = put(store, '/a', 'four');
      await writing;
      assert.deepEqual(lines, [
        'put /a@3 two (was one)',
        'put /a@4 three (was two)',
        'put /a@5 four (was three)',
      ]);
    }),
  );

  test(
    'a watch sees only keys with its prefix',
    withStore(async (store) => {
      await put(store, '/pods/a', 'one');
      const { lines } = record(store, '/pods/', 1);
      await put(store, '/podsets/a', 'two');
      await put(store, '/pods/b', 'three');
      assert.deepEqual(lines, ['put /pods/a@2 one', 'put /pods/b@4 three']);
    }),
  );

  test(
    'every listener sees every event once and in order when many write at once',
    withStore(async (store) => {
      const early = record(store, '/', 1);
      const writing = Array.from({ length: 200 }, (_, i) => store.create(`/k/${i}`, encoded(`${i}`)));
      await writing[50];
      const late = record(store, '/', 1);
      const written = await Promise.all(writing);
      const byRevision = written.toSorted((a, b) => a.revision - b.revision);
      const expected = byRevision.map(({ key, revision, value }) => `put ${key}@${revision} ${value}`);
      const revisions = expected.map((_, i) => i + 2);
      assert.deepEqual(
        byRevision.map(({ revision }) => revision),
        revisions,
      );
      if (!isShared) assert.deepEqual(written, byRevision);
      assert.deepEqual(early.lines, expected);
      assert.deepEqual(late.lines, expected);
    }),
  );

  test(
    'an event is delivered before its write resolves, when reads already show it',
    withStore(async (store) => {
      const order: string[] = [];
      store.watch('/', 1, { events: () => order.push(`event, read ${store.get('/a')?.revision}`) });
      await store.create('/a', encoded('one')).then(() => order.push('resolved'));
      assert.deepEqual(order, ['event, read 2', 'resolved']);
    }),
  );

  test(
    'progress reports every revision, those of other prefixes included',
    withStore(async (store) => {
      const seen: number[] = [];
      store.watch('/pods/', 1, { events() {}, progress: (revision) => seen.push(revision) });
      await store.create('/pods/a', encoded('one'));
      await store.create('/secrets/a', encoded('two'));
      assert.equal(seen.at(-1), 3);
      assert.deepEqual(
        seen,
        seen.toSorted((a, b) => a - b),
      );
    }),
  );

  test(
    'a closed watch is not called again, even when it closes itself',
    withStore(async (store) => {
      const { lines, watch } = record(store, '/', 1);
      const calls: string[] = [];
      const once = store.watch('/', 1, {
        events: () => {
          calls.push('events');
          once.close();
        },
        progress: (revision) => revision > 1 && calls.push('progress'),
      });
      await put(store, '/a', 'one');
      watch.close();
      watch.close();
      await put(store, '/a', 'two');
      assert.deepEqual(lines, ['put /a@2 one']);
      assert.deepEqual(calls, ['events']);
    }),
  );

  test(
    'a listener may write and watch while it is called',
    withStore(async (store) => {
      const writes: Promise<unknown>[] = [];
      const inner: string[] = [];
      const respond = (events: readonly StoreEvent[]) => {
        if (events[0]?.type !== 'put' || events[0].entry.key !== '/a') return;
        writes.push(store.create('/answer', encoded('two')));
        inner.push(...record(store, '/', 1).lines);
      };
      store.watch('/', 1, { events: respond });
      const { lines } = record(store, '/', 1);
      await store.create('/a', encoded('one'));
      await Promise.all(writes);
      assert.deepEqual(inner, ['put /a@2 one']);
      assert.deepEqual(lines, ['put /a@2 one', 'put /answer@3 two']);
    }),
  );

  test(
    'a watch from below the compacted revision is refused, one from it is not',
    withStore(async (store) => {
      for (const value of ['two', 'three', 'four']) await put(store, '/a', value);
      await store.compact(3);
      assert.throws(() => store.watch('/', 2, { events() {} }), CompactedError);
      assert.deepEqual(record(store, '/', 3).lines, ['put /a@4 four (was three)']);
    }),
  );
}
