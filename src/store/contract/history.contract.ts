// Compaction, and a random history checked revision by revision against plain snapshots.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../kit/random.ts';
import { CompactedError, FutureRevisionError, type Store } from '../store.ts';
import { encoded, put, record, text, type WithStore } from './subject.contract.ts';

export function historyContract(withStore: WithStore): void {
  test(
    'compaction keeps what its revision shows and refuses what lies before',
    withStore(async (store) => {
      for (const value of ['two', 'three', 'four']) await put(store, '/a', value);
      await store.compact(3);
      assert.equal(store.compacted, 3);
      assert.throws(() => store.get('/a', 2), CompactedError);
      assert.throws(() => store.range('/', { revision: 2 }), CompactedError);
      assert.equal(text(store.get('/a', 3)), 'three');
      assert.equal(text(store.get('/a')), 'four');
    }),
  );

  test(
    'compaction keeps the newest version of a key however old it is',
    withStore(async (store) => {
      await put(store, '/old', 'one');
      for (let i = 0; i < 10; i++) await put(store, '/busy', `${i}`);
      await store.compact(store.revision);
      assert.equal(text(store.get('/old')), 'one');
      assert.equal(text(store.get('/busy')), '9');
      assert.equal(store.count('/'), 2);
    }),
  );

  test(
    'compacting again to an earlier revision changes nothing, to a coming one is refused',
    withStore(async (store) => {
      for (const value of ['two', 'three', 'four']) await put(store, '/a', value);
      await store.compact(4);
      await store.compact(2);
      assert.equal(store.compacted, 4);
      await assert.rejects(store.compact(5), FutureRevisionError);
    }),
  );

  test(
    'a key deleted before the compacted revision can be created again',
    withStore(async (store) => {
      await put(store, '/a', 'one');
      await store.delete('/a', 2);
      const creating = store.create('/a', encoded('two'));
      await Promise.all([store.compact(3), creating]);
      assert.equal(text(store.get('/a')), 'two');
      assert.equal(store.get('/a', 3), undefined);
      assert.equal((await creating).created, 4);
    }),
  );

  test(
    'every revision since the compacted one shows its own state, through reads and watches',
    withStore(async (store) => {
      const history = await randomHistory(store, 400);
      check(store, history);
      await store.compact(200);
      check(store, history);
      await store.compact(store.revision - 20);
      check(store, history);
    }),
  );
}

type Snapshot = ReadonlyMap<string, string>;

/** Writes at random and returns the state after each revision. */
export async function randomHistory(store: Store, writes: number): Promise<Map<number, Snapshot>> {
  const random = seededRandom(7);
  const state = new Map<string, string>();
  const history = new Map<number, Snapshot>([[store.revision, new Map()]]);
  for (let i = 0; i < writes; i++) {
    const key = `/${random.float() < 0.5 ? 'a' : 'b'}/${Math.floor(random.float() * 20)}`;
    if (state.has(key) && random.float() < 0.4) {
      await store.delete(key, store.get(key)!.revision);
      state.delete(key);
    } else {
      await put(store, key, `${i}`);
      state.set(key, `${i}`);
    }
    history.set(store.revision, new Map(state));
  }
  return history;
}

export function check(store: Store, history: ReadonlyMap<number, Snapshot>): void {
  const newest = history.get(store.revision)!;
  for (const [revision, expected] of history) {
    if (revision < store.compacted) continue;
    assert.deepEqual(stateOf(store, '/', revision), sorted(expected));
    const page = store.range('/a/', { revision, limit: 3 });
    assert.equal(page.entries.length + page.remaining, under(expected, '/a/'));
    assert.deepEqual(sorted(replay(store, revision, expected)), sorted(newest));
  }
  assert.equal(store.count('/b/'), under(newest, '/b/'));
}

const sorted = (snapshot: Snapshot) => [...snapshot].sort(([a], [b]) => (a < b ? -1 : 1));

const under = (snapshot: Snapshot, prefix: string) =>
  [...snapshot.keys()].filter((key) => key.startsWith(prefix)).length;

function stateOf(store: Store, prefix: string, revision: number) {
  return store.range(prefix, { revision }).entries.map((entry) => [entry.key, text(entry)]);
}

/** The current state, from the state at a revision and the events after it. */
function replay(store: Store, from: number, start: Snapshot): Snapshot {
  const state = new Map(start);
  const { lines, watch } = record(store, '/', from);
  watch.close();
  for (const line of lines) {
    const [, type, key, value] = /^(put|delete) (\S+)@\d+(?: (\d+))?/.exec(line)!;
    if (type === 'put') state.set(key!, value!);
    else state.delete(key!);
  }
  return state;
}
