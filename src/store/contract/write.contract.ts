// Writes: revisions, preconditions, races.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConflictError, KeyExistsError, type Store } from '../store.ts';
import { encoded, record, text, type WithStore } from './subject.contract.ts';

export function writeContract(withStore: WithStore): void {
  test(
    'a new store is at revision 1 and every write takes the next one',
    withStore(async (store) => {
      assert.equal(store.revision, 1);
      const created = await store.create('/a', (revision) => Buffer.from(`at ${revision}`));
      assert.deepEqual([created.revision, created.created, text(created)], [2, 2, 'at 2']);
      const updated = await store.update('/a', 2, (revision) => Buffer.from(`at ${revision}`));
      assert.deepEqual([updated.revision, updated.created, text(updated)], [3, 2, 'at 3']);
      assert.equal(await store.delete('/a', 3), 4);
      assert.equal(store.revision, 4);
    }),
  );

  test(
    'a write is visible when its promise resolves',
    withStore(async (store) => {
      const entry = await store.create('/a', encoded('one'));
      assert.deepEqual(store.get('/a'), entry);
      await store.delete('/a', entry.revision);
      assert.equal(store.get('/a'), undefined);
    }),
  );

  test(
    'creating an existing key is refused and takes no revision',
    withStore(async (store) => {
      await store.create('/a', encoded('one'));
      await assert.rejects(store.create('/a', encoded('two')), KeyExistsError);
      assert.equal((await store.create('/b', encoded('three'))).revision, 3);
    }),
  );

  test(
    'a key that was deleted can be created again, with a new revision of creation',
    withStore(async (store) => {
      await store.create('/a', encoded('one'));
      await store.delete('/a', 2);
      const again = await store.create('/a', encoded('two'));
      assert.deepEqual([again.revision, again.created], [4, 4]);
    }),
  );

  test(
    'updating or deleting another version than expected is refused with the current one',
    withStore(async (store) => {
      await store.create('/a', encoded('one'));
      const current = await store.update('/a', 2, encoded('two'));
      const isConflict = (error: unknown) => {
        assert.ok(error instanceof ConflictError);
        assert.deepEqual(error.current, current);
        return true;
      };
      await assert.rejects(store.update('/a', 2, encoded('three')), isConflict);
      await assert.rejects(store.delete('/a', 2), isConflict);
      assert.deepEqual(store.get('/a'), current);
    }),
  );

  test(
    'updating or deleting a missing key is refused without a current version',
    withStore(async (store) => {
      const isMissing = (error: unknown) => error instanceof ConflictError && error.current === undefined;
      await assert.rejects(store.update('/a', 2, encoded('one')), isMissing);
      await assert.rejects(store.delete('/a', 2), isMissing);
      await assert.rejects(store.update('/a', 0, encoded('one')), isMissing);
      assert.equal(store.revision, 1);
    }),
  );

  test(
    'onEntry is called once a write is accepted: a write that follows it is visible only with it',
    withStore(async (store) => {
      const { lines } = record(store, '/', store.revision);
      let followed: Promise<unknown> | undefined;
      const first = store.create('/b', encoded('first'), {
        onEntry: () => {
          followed = Promise.resolve().then(() => store.create('/a', encoded('second')));
        },
      });
      await first;
      await followed;
      assert.deepEqual(
        lines.map((line) => line.split('@')[0]),
        ['put /b', 'put /a'],
      );
      await assert.rejects(
        store.create('/b', encoded('again'), { onEntry: () => assert.fail('not accepted') }),
        KeyExistsError,
      );
    }),
  );

  test(
    'of racing writers exactly one wins, and a loser who reads afterwards sees the winner',
    withStore(async (store) => {
      const creations = await outcomes(store, (i) => store.create('/a', encoded(`${i}`)));
      assert.equal(creations.filter((won) => won).length, 1);
      const { revision } = store.get('/a')!;
      const updates = await outcomes(store, (i) => store.update('/a', revision, encoded(`${i}`)));
      assert.equal(updates.filter((won) => won).length, 1);
      const next = store.get('/a')!;
      const ends = await outcomes(store, (i) =>
        i % 2 ? store.delete('/a', next.revision) : store.update('/a', next.revision, encoded('x')),
      );
      assert.equal(ends.filter((won) => won).length, 1);
    }),
  );

  test(
    'writers that read and try again after a conflict lose no increment',
    withStore(async (store) => {
      await store.create('/counter', encoded('0'));
      await Promise.all(Array.from({ length: 20 }, () => increment(store, '/counter')));
      assert.equal(text(store.get('/counter')), '20');
    }),
  );

  test(
    'writes to one key can follow each other without waiting',
    withStore(async (store) => {
      const results = await Promise.all([
        store.create('/a', encoded('one')),
        store.update('/a', 2, encoded('two')),
        store.delete('/a', 3),
        store.create('/a', encoded('three')),
      ]);
      assert.equal(results.length, 4);
      assert.deepEqual([store.revision, text(store.get('/a'))], [5, 'three']);
    }),
  );

  test(
    'an encoder that throws refuses its write and takes no revision',
    withStore(async (store) => {
      const broken = () => {
        throw new Error('cannot encode');
      };
      await assert.rejects(store.create('/a', broken), /cannot encode/);
      assert.equal((await store.create('/a', encoded('one'))).revision, 2);
      await assert.rejects(store.update('/a', 2, broken), /cannot encode/);
      assert.equal((await store.update('/a', 2, encoded('two'))).revision, 3);
    }),
  );
}

/** Whether each of ten racers won. */
function outcomes(store: Store, race: (i: number) => Promise<unknown>): Promise<boolean[]> {
  const before = store.revision;
  const racer = (i: number) =>
    race(i).then(
      () => true,
      () => {
        assert.ok(store.revision > before, 'the winner is visible to the loser');
        return false;
      },
    );
  return Promise.all(Array.from({ length: 10 }, (_, i) => racer(i)));
}

async function increment(store: Store, key: string): Promise<void> {
  for (;;) {
    const current = store.get(key)!;
    const next = encoded(String(Number(text(current)) + 1));
    try {
      await store.update(key, current.revision, next);
      return;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}
