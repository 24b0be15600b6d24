// Reads: ranges, order, pages, counts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Entry, FutureRevisionError, type Store } from '../store.ts';
import { encoded, keys, type Subject, text, type WithStore } from './subject.contract.ts';

export function readContract(withStore: WithStore, { isShared }: Subject): void {
  test(
    'a version is the same entry in the answer to its write, in reads, ranges, the past and watches',
    withStore(async (store) => {
      const seen: (Entry | undefined)[] = [];
      store.watch('/a', store.revision, {
        events: (events) => seen.push(...events.map((event) => event.previous ?? undefined)),
      });
      const first = await store.create('/a', encoded('one'));
      assert.equal(store.get('/a'), first);
      assert.equal(store.get('/a'), first);
      assert.equal(store.range('/').entries[0], first);
      const second = await store.update('/a', first.revision, encoded('two'));
      assert.equal(store.get('/a', first.revision), first);
      assert.equal(store.range('/', { revision: first.revision }).entries[0], first);
      assert.equal(store.get('/a'), second);
      await store.delete('/a', second.revision);
      assert.deepEqual(seen, [undefined, first, second]);
      assert.ok(seen[1] === first && seen[2] === second);
    }),
  );

  test(
    'a writer gets the new version before anybody can read or watch it',
    withStore(async (store) => {
      const order: string[] = [];
      let handed: Entry | undefined;
      store.watch('/a', store.revision, { events: () => order.push('watch') });
      const onEntry = (entry: Entry) => {
        handed = entry;
        order.push(store.get(entry.key) === entry ? 'visible' : 'entry');
      };
      const created = await store.create('/a', encoded('one'), { onEntry });
      assert.equal(handed, created);
      const updated = await store.update('/a', created.revision, encoded('two'), { onEntry });
      assert.equal(handed, updated);
      assert.deepEqual(order, ['entry', 'watch', 'entry', 'watch']);
    }),
  );

  test(
    'a range holds the keys with its prefix and no others',
    withStore(async (store) => {
      await fill(store, ['/pods/a', '/pods/b', '/podsets/a', '/pod', '/secrets/a']);
      assert.deepEqual(keys(store.range('/pods/').entries), ['/pods/a', '/pods/b']);
      assert.deepEqual(keys(store.range('/pods').entries), ['/pods/a', '/pods/b', '/podsets/a']);
      assert.deepEqual(keys(store.range('/nothing/').entries), []);
      assert.deepEqual([store.count('/pods'), store.count('/x'), store.count('')], [3, 0, 5]);
    }),
  );

  test(
    'a count that is asked for again and again follows what is created and deleted',
    withStore(async (store) => {
      const counts = () => ['/pods/', '/pods/a', '/', '/x/'].map((prefix) => store.count(prefix));
      assert.deepEqual(counts(), [0, 0, 0, 0]);
      await fill(store, ['/pods/a', '/pods/b', '/podsets/a']);
      assert.deepEqual(counts(), [2, 1, 3, 0]);
      const { revision } = await store.update('/pods/a', store.get('/pods/a')!.revision, encoded('again'));
      assert.deepEqual(counts(), [2, 1, 3, 0]);
      await store.delete('/pods/a', revision);
      assert.deepEqual(counts(), [1, 0, 2, 0]);
      for (let i = 0; i < 200; i++) store.count(`/pods/${i}`);
      await fill(store, ['/pods/a']);
      assert.deepEqual(counts(), [2, 1, 3, 0]);
    }),
  );

  test(
    'keys are ordered by their bytes, characters beyond the basic plane included',
    withStore(async (store) => {
      const names = ['b', 'a', 'a-b', 'a/b', 'a.b', 'aa', 'ä', 'ﬀ', '😀', '\ufffd', 'Z', '~'];
      await fill(
        store,
        names.map((name) => `/k/${name}`),
      );
      const byBytes = names
        .map((name) => `/k/${name}`)
        .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      assert.deepEqual(keys(store.range('/k/').entries), byBytes);
      assert.deepEqual(keys(store.range('/k/', { after: '/k/ﬀ' }).entries), byBytes.slice(-2));
    }),
  );

  test(
    'pages follow each other without gap or overlap and tell what remains',
    withStore(async (store) => {
      const all = Array.from({ length: 25 }, (_, i) => `/p/${String(i).padStart(3, '0')}`);
      await fill(store, ['/a', ...all, '/q']);
      const seen: string[] = [];
      let after: string | undefined;
      for (const left of [15, 5, 0]) {
        const page = store.range('/p/', { limit: 10, after });
        assert.equal(page.remaining, left);
        seen.push(...keys(page.entries));
        after = seen.at(-1);
      }
      assert.deepEqual(seen, all);
      assert.deepEqual(store.range('/p/', { limit: 10, after }).entries, []);
      assert.deepEqual(keys(store.range('/p/', { after: '/a', limit: 1 }).entries), ['/p/000']);
    }),
  );

  test(
    'pages at one revision show the keys of that revision, whatever is written meanwhile',
    withStore(async (store) => {
      await fill(store, ['/p/a', '/p/b', '/p/c', '/p/d']);
      const first = store.range('/p/', { limit: 2 });
      await store.delete('/p/c', store.get('/p/c')!.revision);
      await store.update('/p/d', store.get('/p/d')!.revision, encoded('changed'));
      await fill(store, ['/p/bb', '/p/e']);
      const second = store.range('/p/', { limit: 2, after: '/p/b', revision: first.revision });
      assert.deepEqual(second.entries.map(text), ['/p/c', '/p/d']);
      assert.deepEqual([second.revision, second.remaining], [first.revision, 0]);
      assert.deepEqual(keys(store.range('/p/').entries), ['/p/a', '/p/b', '/p/bb', '/p/d', '/p/e']);
    }),
  );

  test(
    'a key shows at each revision the version of that revision',
    withStore(async (store) => {
      await store.create('/a', encoded('two'));
      await store.create('/b', encoded('three'));
      await store.update('/a', 2, encoded('four'));
      await store.delete('/a', 4);
      const versions = [1, 2, 3, 4, 5].map((revision) => text(store.get('/a', revision)));
      assert.deepEqual(versions, [undefined, 'two', 'two', 'four', undefined]);
    }),
  );

  test(
    'reading a revision that is yet to come is refused',
    withStore(async (store) => {
      assert.throws(() => store.get('/a', 2), FutureRevisionError);
      assert.throws(() => store.range('/', { revision: 2 }), FutureRevisionError);
    }),
  );

  test(
    'values keep their bytes, empty and large ones too',
    withStore(async (store) => {
      const large = Buffer.alloc(3 << 20, 'large');
      const bytes = Buffer.from([0, 255, 128, 10, 0]);
      await Promise.all([
        store.create('/large', () => large),
        store.create('/empty', () => Buffer.alloc(0)),
        store.create('/bytes', () => bytes),
      ]);
      assert.ok(store.get('/large')!.value.equals(large));
      assert.equal(store.get('/empty')!.value.length, 0);
      assert.ok(store.get('/bytes')!.value.equals(bytes));
    }),
  );

  if (!isShared)
    test(
      'reads need not wait',
      withStore((store) => assert.equal(store.barrier(), undefined)),
    );
}

/** Creates each key with itself as its value. */
async function fill(store: Store, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => store.create(name, encoded(name))));
}
