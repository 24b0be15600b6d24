import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SteppedClock, settle } from '../../kit/clock.fake.ts';
import { encoded, keys, record } from '../contract/subject.contract.ts';
import { StoreFailedError } from '../failures.ts';
import { ConflictError, KeyExistsError } from '../store.ts';
import type { Journal } from './journal.ts';
import { MvccState } from './mvcc-state.ts';
import { MvccStore } from './mvcc-store.ts';
import type { Write } from './write.ts';

/** A disk that answers when told to. */
function openHeld(clock = new SteppedClock()) {
  const commits: { writes: readonly Write[]; end: (error?: Error) => void }[] = [];
  const journal: Journal = {
    append: (writes, end) => commits.push({ writes, end }),
    gather: (flush) => void Promise.resolve().then(flush),
    forget: async () => {},
    shrink: async () => {},
    used: 0,
    tight: false,
    size: async () => 0,
    close: async () => {},
  };
  const failures: Error[] = [];
  const store = new MvccStore({
    clock,
    state: new MvccState(),
    journal,
    onFailure: (error) => failures.push(error),
  });
  return { store, commits, failures };
}

const settled = (promise: Promise<unknown>) => {
  const outcome: { is?: 'resolved' | Error } = {};
  promise.then(
    () => Object.assign(outcome, { is: 'resolved' }),
    (error) => Object.assign(outcome, { is: error }),
  );
  return outcome;
};

describe('a store whose disk takes its time', () => {
  test('shows no reader a write before it is durable', async () => {
    const { store, commits } = openHeld();
    const { lines } = record(store, '/', 1);
    const outcome = settled(store.create('/a', encoded('one')));
    await settle();
    assert.deepEqual([store.get('/a'), store.revision, store.count('/'), lines], [undefined, 1, 0, []]);
    assert.equal(outcome.is, undefined);
    commits[0]!.end();
    await settle();
    assert.deepEqual([store.revision, lines, outcome.is], [2, ['put /a@2 one'], 'resolved']);
  });

  test('puts all that queued up during a commit into the next one, in order', async () => {
    const { store, commits } = openHeld();
    const names = ['/a', '/b', '/c', '/d'];
    void store.create('/first', encoded('x'));
    await settle();
    for (const name of names) void store.create(name, encoded('x'));
    await settle();
    assert.equal(commits.length, 1);
    commits[0]!.end();
    assert.deepEqual(
      commits[1]!.writes.map((write) => [write.record.key, write.revision]),
      names.map((name, i) => [name, i + 3]),
    );
    commits[1]!.end();
    assert.deepEqual(keys(store.range('/', { limit: 2 }).entries), ['/a', '/b']);
  });

  test('checks preconditions against accepted writes, and answers a conflict when the winner is durable', async () => {
    const { store, commits } = openHeld();
    void store.create('/a', encoded('one'));
    const second = settled(store.create('/a', encoded('two')));
    const stale = settled(store.update('/a', 1, encoded('three')));
    void store.update('/a', 2, encoded('four'));
    await settle();
    assert.deepEqual([second.is, stale.is], [undefined, undefined]);
    commits[0]!.end();
    await settle();
    assert.ok(second.is instanceof KeyExistsError);
    assert.ok(stale.is instanceof ConflictError && stale.is.current?.revision === 2);
  });

  test('fails every write in flight when a commit fails, and accepts no more', async () => {
    const { store, commits, failures } = openHeld();
    const { lines } = record(store, '/', 1);
    const durable = store.create('/a', encoded('one'));
    await settle();
    commits[0]!.end();
    await durable;
    const underWay = settled(store.update('/a', 2, encoded('two')));
    await settle();
    const waiting = settled(store.create('/b', encoded('three')));
    const loser = settled(store.update('/a', 2, encoded('four')));
    commits[1]!.end(new Error('no space'));
    await settle();
    for (const outcome of [underWay, waiting, loser]) assert.ok(outcome.is instanceof StoreFailedError);
    await assert.rejects(store.create('/c', encoded('x')), StoreFailedError);
    assert.deepEqual([store.revision, lines, failures.length], [2, ['put /a@2 one'], 1]);
    assert.equal(commits.length, 2);
    await store.close();
  });

  test('deletes an expired version only if no newer one is accepted, durable or not', async () => {
    const clock = new SteppedClock();
    const { store, commits } = openHeld(clock);
    void store.create('/a', encoded('one'), { ttlSeconds: 5 });
    await settle();
    commits[0]!.end();
    void store.update('/a', 2, encoded('two'));
    await clock.step(10_000);
    commits[1]!.end();
    await settle();
    assert.deepEqual([commits.length, store.get('/a')?.revision], [2, 3]);
    await store.close();
  });
});
