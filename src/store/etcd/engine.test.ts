// What the contract does not ask of every engine: leases, TLS, what etcd refuses, several stores over one etcd, compaction.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { systemClock } from '../../kit/clock.ts';
import { silentLogger } from '../../kit/log.ts';
import { testAuthority } from '../../kit/x509/authority.fake.ts';
import { DiskAlarmError, EngineError } from '../failures.ts';
import type { Store } from '../store.ts';
import { Compactor } from './compactor.ts';
import { TestEtcd, withoutEtcd } from './etcd.fake.ts';
import { type EtcdStore, type EtcdStoreOptions, openEtcdStore } from './etcd-store.ts';
import { plainCodec } from './plain-codec.fake.ts';
import { Endpoints } from './rpc/endpoints.ts';

describe('the store over etcd', { skip: withoutEtcd }, () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function etcdWith(flags: readonly string[] = []): Promise<TestEtcd> {
    const etcd = await TestEtcd.start(1, flags);
    ends.push(() => etcd.stop());
    return etcd;
  }

  async function open(
    endpoints: readonly string[],
    more: Partial<EtcdStoreOptions> = {},
  ): Promise<EtcdStore> {
    const store = await openEtcdStore({
      endpoints,
      prefix: '/',
      clock: systemClock,
      log: silentLogger,
      codec: plainCodec,
      ...more,
    });
    ends.push(() => store.close());
    return store;
  }

  const bytes = (text: string) => () => Buffer.from(text);

  /** Resolves with the first deletion of a key. */
  function deletionOf(store: Store, key: string): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    const watch = store.watch(key, store.revision, {
      events: (events) => {
        for (const event of events) if (event.type === 'delete') resolve(event.revision);
      },
    });
    return promise.finally(() => watch.close());
  }

  it('has etcd delete what expires, unless it was written again, and knows when that will be', async () => {
    const store = await open((await etcdWith()).urls);
    const gone = deletionOf(store, '/short');
    const short = await store.create('/short', bytes('one'), { ttlSeconds: 1 });
    const kept = await store.create('/kept', bytes('one'), { ttlSeconds: 1 });
    await store.update('/kept', kept.revision, bytes('two'));
    const long = await store.create('/long', bytes('one'), { ttlSeconds: 1_000 });
    while (store.capture().dueOf(long.revision) === 0) await systemClock.sleep(10);
    const due = store.capture().dueOf(long.revision) - systemClock.now();
    assert.ok(due > 990_000 && due <= 1_061_000, `${due}`);
    assert.equal(store.capture().dueOf(kept.revision), 0);
    assert.ok((await gone) > short.revision);
    assert.deepEqual([store.get('/short'), store.count('/')], [undefined, 2]);
  });

  it('shows at once all that etcd did at one revision, however much that is', async () => {
    const etcd = await etcdWith();
    const store = await open(etcd.urls);
    const counts: number[] = [];
    store.watch('/many/', store.revision, { events: () => counts.push(store.count('/many/')) });
    await etcd.put(...Array.from({ length: 120 }, (_, i) => `/many/${i}`));
    await store.barrier();
    assert.deepEqual(counts, [120]);
  });

  it('shows after the barrier what another store has written, to its keys or to none of them', async () => {
    const etcd = await etcdWith();
    const [one, other] = [await open(etcd.urls), await open(etcd.urls)];
    for (let i = 0; i < 20; i++) {
      await one.create(`/k/${i}`, bytes('x'));
      await other.barrier();
      assert.equal(other.count('/k/'), i + 1);
    }
    await etcd.put('elsewhere');
    await other.barrier();
    assert.ok(other.revision >= 22);
  });

  it('gives out what etcd refuses in its words', async () => {
    const store = await open((await etcdWith(['--quota-backend-bytes=6000000'])).urls);
    await assert.rejects(
      store.create('/large', () => Buffer.alloc(1_900_000)),
      (error) => error instanceof EngineError && error.message === 'etcdserver: request is too large',
    );
    const entry = await store.create('/a', bytes('one'));
    const fill = async () => {
      for (let i = 0; i < 40; i++) await store.create(`/full/${i}`, () => Buffer.alloc(400_000, 'x'));
    };
    await assert.rejects(
      fill(),
      (error) =>
        error instanceof DiskAlarmError && error.message === 'etcdserver: mvcc: database space exceeded',
    );
    assert.equal(store.alarm, 'NOSPACE');
    assert.equal(store.get('/a'), entry);
    await store.delete('/a', entry.revision);
    assert.ok((await store.size()) > 1_000_000);
  });

  it('connects with TLS and a certificate of its own, and says why it cannot', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tiphys-etcd-tls-'));
    ends.push(() => rmSync(directory, { recursive: true }));
    const authority = testAuthority();
    const server = authority.server();
    const client = authority.client('client');
    const file = (name: string, text: string) => {
      writeFileSync(join(directory, name), text);
      return join(directory, name);
    };
    const etcd = await TestEtcd.start(1, [], {
      cert: file('server.crt', server.cert),
      key: file('server.key', server.key),
      ca: file('ca.crt', authority.ca),
      client,
    });
    ends.push(() => etcd.stop());
    const store = await open(etcd.urls, { tls: () => ({ ca: authority.ca, ...client }) });
    assert.equal((await store.create('/a', bytes('one'))).revision, 2);
    const soon = { startTimeoutMs: 1_000 };
    await assert.rejects(
      open(etcd.urls, { tls: { ca: testAuthority().ca }, ...soon }),
      /etcd cannot be reached: .*(certificate|self.signed)/i,
    );
    await assert.rejects(open(['http://127.0.0.1:1'], soon), /etcd cannot be reached: .*ECONNREFUSED/);
    await assert.rejects(open(['ftp://x'], soon), /the URL of an etcd server is/);
  });

  it('is compacted every five minutes by one of several servers', async () => {
    const etcd = await etcdWith();
    const store = await open(etcd.urls);
    const clock = new SteppedClock();
    const endpoints = new Endpoints({
      urls: etcd.urls,
      first: 0,
      clock: systemClock,
      log: silentLogger,
      probeKey: Buffer.from('/probe'),
    });
    ends.push(() => endpoints.close());
    let compactions = 0;
    const counting: Pick<Endpoints, 'call'> = {
      call(method, request, timeout) {
        if (method.path.endsWith('Compact')) compactions++;
        return endpoints.call(method, request, timeout);
      },
    };
    const replica = { revision: 0, state: { compacted: 0 }, compaction: { to: async () => {} } };
    const made = () => new Compactor({ clock, log: silentLogger, endpoints: counting, replica });
    const compactors = [made(), made(), made()];
    ends.push(() => compactors.map((each) => each.close()));
    for (let turn = 0; turn < 6; turn++) {
      await store.create(`/turn/${turn}`, bytes('x'));
      await clock.step(5 * 60_000);
      await systemClock.sleep(100);
    }
    assert.ok(compactions >= 3 && compactions <= 5, `${compactions} compactions`);
    const fresh = await open(etcd.urls);
    assert.ok(fresh.compacted > 2 && fresh.compacted < fresh.revision);
    assert.equal(fresh.count('/turn/'), 6);
  });
});
