// etcd and the network fail under load: no acknowledged write is lost, none is made twice, and watches miss nothing.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { systemClock } from '../../../kit/clock.ts';
import { silentLogger } from '../../../kit/log.ts';
import { EngineError, EngineTimeoutError } from '../../failures.ts';
import { ConflictError, type Store } from '../../store.ts';
import { TestEtcd, withoutEtcd } from '../etcd.fake.ts';
import { type EtcdStore, openEtcdStore } from '../etcd-store.ts';
import { plainCodec } from '../plain-codec.fake.ts';
import { Load } from './load.fake.ts';
import { FaultProxy } from './proxy.fake.ts';

const WRITERS = 8;

describe('a store over etcd', { skip: withoutEtcd }, () => {
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function etcdOf(members: number): Promise<TestEtcd> {
    const etcd = await TestEtcd.start(members);
    ends.push(() => etcd.stop());
    return etcd;
  }

  async function open(endpoints: readonly string[]): Promise<EtcdStore> {
    const store = await openEtcdStore({
      endpoints,
      prefix: '/',
      clock: systemClock,
      log: silentLogger,
      codec: plainCodec,
    });
    ends.push(() => store.close());
    return store;
  }

  async function proxied(etcd: TestEtcd): Promise<{ proxy: FaultProxy; url: string }> {
    const proxy = new FaultProxy(etcd.portOf(0));
    const url = await proxy.listen();
    ends.push(() => proxy.close());
    return { proxy, url };
  }

  /** Both stores, and one that is opened now, tell the same. */
  async function checkAll(load: Load, etcd: TestEtcd, ...stores: Store[]): Promise<void> {
    await load.stop();
    await etcd.answers();
    const fresh = await open(etcd.urls);
    for (const store of [...stores, fresh]) {
      await store.barrier();
      load.check(store);
    }
  }

  it('knows what became of writes whose answers are lost', async () => {
    const etcd = await etcdOf(1);
    const { proxy, url } = await proxied(etcd);
    const store = await open([url]);
    const load = new Load(store, WRITERS);
    for (let round = 0; round < 20; round++) {
      await load.more(10);
      proxy.loseAnswers(round % 2 === 0);
      await systemClock.sleep(10);
      proxy.cut();
      proxy.loseAnswers(false);
    }
    await load.more(10);
    await checkAll(load, etcd, store);
    assert.ok(load.longest < 5_000, `a write took ${load.longest} ms`);
  });

  it('does not know whether it deleted what is gone or was made anew, and knows of what was updated', async () => {
    const etcd = await etcdOf(1);
    const { proxy, url } = await proxied(etcd);
    const [store, other] = [await open([url]), await open(etcd.urls)];
    const value = () => Buffer.from('x');
    const keys = ['/gone', '/anew', '/updated'] as const;
    const made = await Promise.all(keys.map((key) => store.create(key, value)));
    await other.barrier();
    await other.update('/updated', made[2]!.revision, value);
    proxy.loseAnswers(true);
    const deletions = made.map(({ key, revision }) => store.delete(key, revision));
    const outcomes = Promise.allSettled(deletions);
    while (other.get('/gone') || other.get('/anew')) await systemClock.sleep(5);
    const anew = await other.create('/anew', value);
    proxy.cut();
    proxy.loseAnswers(false);
    const errors = (await outcomes).map((outcome) => outcome.status === 'rejected' && outcome.reason);
    assert.ok(errors[0] instanceof EngineTimeoutError);
    assert.ok(errors[1] instanceof EngineTimeoutError);
    assert.ok(errors[2] instanceof ConflictError);
    assert.equal(store.get('/anew')?.revision, anew.revision);
  });

  it('goes on when a member is killed, whichever it is', async () => {
    const etcd = await etcdOf(3);
    const stores = [await open(etcd.urls), await open(etcd.urls)] as const;
    const load = new Load(stores[0], WRITERS);
    for (let round = 0; round < 4; round++) {
      await load.more(20);
      await etcd.kill(round % 3);
      await load.more(20);
      etcd.run(round % 3);
    }
    await checkAll(load, etcd, ...stores);
    assert.ok(load.longest < 10_000, `a write took ${load.longest} ms`);
  });

  it('leaves a member that stands still', async () => {
    const etcd = await etcdOf(3);
    const store = await open(etcd.urls);
    const load = new Load(store, WRITERS);
    for (let member = 0; member < 3; member++) {
      await load.more(20);
      etcd.pause(member);
      await load.more(20);
      etcd.resume(member);
    }
    await checkAll(load, etcd, store);
  });

  it('reads on without a quorum, refuses writes within ten seconds, and comes back', async () => {
    const etcd = await etcdOf(3);
    const store = await open(etcd.urls);
    const entry = await store.create('/a', () => Buffer.from('one'));
    await etcd.kill(0);
    await etcd.kill(1);
    const began = systemClock.monotonic();
    await Promise.all([
      assert.rejects(
        store.update('/a', entry.revision, () => Buffer.from('two')),
        EngineError,
      ),
      assert.rejects(async () => store.barrier(), EngineError),
    ]);
    assert.ok(systemClock.monotonic() - began < 12_000);
    assert.notEqual(store.problem, undefined);
    assert.equal(store.get('/a'), entry);
    etcd.run(0);
    etcd.run(1);
    await etcd.answers();
    while (store.problem !== undefined) await systemClock.sleep(20);
    await store.barrier();
    const { revision } = store.get('/a')!;
    assert.equal((await store.update('/a', revision, () => Buffer.from('three'))).value.toString(), 'three');
  });

  it('catches up with what was written while it was cut off, without a gap', async () => {
    const etcd = await etcdOf(1);
    const { proxy, url } = await proxied(etcd);
    const [store, other] = [await open([url]), await open(etcd.urls)];
    const seen: string[] = [];
    store.watch('/', store.revision, {
      events: (events) => {
        for (const event of events) if (event.type === 'put') seen.push(event.entry.key);
      },
    });
    proxy.refuse(true);
    proxy.cut();
    const keys = Array.from({ length: 450 }, (_, i) => `/k/${i}`);
    const made = await Promise.all(keys.map((key) => other.create(key, () => Buffer.from('x'))));
    proxy.refuse(false);
    await store.barrier();
    assert.deepEqual(
      seen,
      made.toSorted((a, b) => a.revision - b.revision).map(({ key }) => key),
    );
  });

  it('takes up what it missed when etcd was compacted meanwhile', async () => {
    const etcd = await etcdOf(1);
    const { proxy, url } = await proxied(etcd);
    const [store, other] = [await open([url]), await open(etcd.urls)];
    const put = (key: string, value: string) => other.create(key, () => Buffer.from(value));
    const [a, b] = [await put('/a', 'one'), await put('/b', 'one')];
    await put('/c', 'one');
    const e = await put('/e', 'one');
    await store.barrier();
    const seen: string[] = [];
    store.watch('/', store.revision, {
      events: (events) =>
        seen.push(
          ...events.map((event) =>
            event.type === 'put' ? `put ${event.entry.key} ${event.entry.value}` : `delete ${event.key}`,
          ),
        ),
    });
    proxy.refuse(true);
    proxy.cut();
    await other.update('/a', a.revision, () => Buffer.from('two'));
    await other.delete('/b', b.revision);
    await put('/d', 'one');
    await other.delete('/e', e.revision);
    await put('/e', 'two');
    await other.compact(other.revision);
    proxy.refuse(false);
    await store.barrier();
    assert.deepEqual(seen, ['put /a two', 'put /d one', 'delete /e', 'put /e two', 'delete /b']);
    const shown = (each: Store) =>
      each.range('/').entries.map(({ key, revision, value }) => `${key}@${revision} ${value}`);
    assert.deepEqual(shown(store), shown(other));
    assert.equal(store.compacted, other.revision);
    const next = await put('/f', 'one');
    await store.barrier();
    assert.equal(store.get('/f')?.revision, next.revision);
  });
});
