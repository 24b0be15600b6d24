import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import dnsPacket from 'dns-packet';
import { aScene, dataOf, query, service } from './scene.fake.ts';

const { caches, answer, ask } = aScene();

describe('cluster zone', () => {
  it('answers with the cluster IP of a Service, whatever the case of the name', async () => {
    assert.deepEqual(await ask('Web.shop.svc.Cluster.local'), { rcode: 0, data: ['10.96.0.20'] });
  });

  it('answers for a headless Service with its ready endpoints, by hostname too', async () => {
    assert.deepEqual((await ask('db.shop.svc.cluster.local')).data.sort(), ['10.1.0.5', '10.1.0.6']);
    assert.deepEqual((await ask('db-0.db.shop.svc.cluster.local')).data, ['10.1.0.5']);
    assert.deepEqual((await ask('10-1-0-6.db.shop.svc.cluster.local')).data, ['10.1.0.6']);
  });

  it('answers SRV queries for named ports', async () => {
    assert.deepEqual((await ask('_http._tcp.web.shop.svc.cluster.local', 'SRV')).data, [
      { priority: 0, weight: 100, port: 80, target: 'web.shop.svc.cluster.local' },
    ]);
    assert.deepEqual(
      (await ask('_sql._tcp.db.shop.svc.cluster.local', 'SRV')).data.map(
        (d) => (d as { target: string }).target,
      ),
      ['db-0.db.shop.svc.cluster.local', '10-1-0-6.db.shop.svc.cluster.local'],
    );
    // Without port and protocol: of all ports. With others: there is no such name.
    assert.deepEqual(
      (await ask('both.shop.svc.cluster.local', 'SRV')).data.map((d) => (d as { port: number }).port),
      [80, 53],
    );
    assert.equal((await ask('_http._udp.both.shop.svc.cluster.local', 'SRV')).rcode, 3);
    assert.equal((await ask('a._http._tcp.both.shop.svc.cluster.local', 'SRV')).rcode, 3);
  });

  it('adds the addresses of both families of the names that an SRV answer has', async () => {
    const more = async (name: string) =>
      (await answer(query(name, 'SRV'))).additionals?.map((a) => [a.name, 'data' in a && a.data]);
    assert.deepEqual(await more('_http._tcp.both.shop.svc.cluster.local'), [
      ['both.shop.svc.cluster.local', '10.96.0.21'],
      ['both.shop.svc.cluster.local', 'fd00:96::21'],
    ]);
    assert.deepEqual((await more('_sql._tcp.six.shop.svc.cluster.local'))?.slice(0, 2), [
      ['six-0.six.shop.svc.cluster.local', 'fd00:1::5'],
      [
        'fd00-1-0--6.six.shop.svc.cluster.local'
          .toUpperCase()
          .replace(/^.*?\./, (l) => l)
          .toLowerCase(),
        'fd00:1::6',
      ],
    ]);
  });

  it('answers AAAA queries with addresses of IPv6, and those of the other family without records', async () => {
    assert.deepEqual(await ask('both.shop.svc.cluster.local', 'AAAA'), { rcode: 0, data: ['fd00:96::21'] });
    assert.deepEqual(await ask('both.shop.svc.cluster.local', 'A'), { rcode: 0, data: ['10.96.0.21'] });
    assert.deepEqual(await ask('six-0.six.shop.svc.cluster.local', 'AAAA'), {
      rcode: 0,
      data: ['fd00:1::5'],
    });
    assert.deepEqual(await ask('six-0.six.shop.svc.cluster.local', 'A'), { rcode: 0, data: ['10.1.1.5'] });
    assert.deepEqual(await ask('fd00-1--0.six.shop.svc.cluster.local', 'AAAA'), {
      rcode: 0,
      data: ['fd00:1::'],
    });
    assert.deepEqual(await ask('fd00-1--7.shop.pod.cluster.local', 'AAAA'), {
      rcode: 0,
      data: ['fd00:1::7'],
    });
    assert.deepEqual(await ask('fd00-1--7.shop.pod.cluster.local', 'A'), { rcode: 0, data: [] });
    assert.equal((await ask('fe80--7%eth0.shop.pod.cluster.local', 'AAAA')).rcode, 3);
  });

  it('answers reverse queries of IPv6', async () => {
    const reversed = (digits: string) => `${[...digits].reverse().join('.')}.ip6.arpa`;
    const pointers = async (digits: string) => (await ask(reversed(digits), 'PTR')).data;
    assert.deepEqual(await pointers('fd000096000000000000000000000021'), ['both.shop.svc.cluster.local']);
    assert.deepEqual(await pointers('fd000001000000000000000000000005'), [
      'six-0.six.shop.svc.cluster.local',
    ]);
    // Somebody else's, and no complete name: forwarded, which this test does not.
    assert.equal((await ask(reversed('fd000001000000000000000000000099'), 'PTR')).rcode, 5);
    assert.equal((await ask(reversed('fd0000010000'), 'PTR')).rcode, 5);
  });

  it('names its own Service as the zone’s server', async () => {
    caches.services.put({
      ...service('kube-dns', { clusterIP: '10.96.0.10', clusterIPs: ['10.96.0.10'], ports: [{ port: 53 }] }),
      metadata: { name: 'kube-dns', namespace: 'kube-system' },
    });
    const response = await answer(query('cluster.local', 'NS'));
    assert.deepEqual(
      [...response.answers!, ...response.additionals!].map((a) => 'data' in a && a.data),
      ['kube-dns.kube-system.svc.cluster.local', '10.96.0.10'],
    );
    assert.deepEqual((await ask('ns.dns.cluster.local')).data, ['10.96.0.10']);
    assert.deepEqual(await ask('ns.dns.cluster.local', 'AAAA'), { rcode: 0, data: [] });
  });

  it('has a SOA record', async () => {
    const [soa] = (await answer(query('cluster.local', 'SOA'))).answers ?? [];
    assert.ok(soa?.type === 'SOA');
    assert.deepEqual(
      [soa.name, soa.data.mname, soa.data.rname],
      ['cluster.local', 'ns.dns.cluster.local', 'hostmaster.cluster.local'],
    );
  });

  it('knows no headless Service without ready endpoints, and no alias of an address', async () => {
    assert.equal((await ask('empty.shop.svc.cluster.local')).rcode, 3);
    assert.equal((await ask('literal.shop.svc.cluster.local')).rcode, 3);
  });

  it('answers names of endpoints of a Service with a cluster IP', async () => {
    assert.deepEqual((await ask('10-1-1-20.web.shop.svc.cluster.local')).data, ['10.1.1.20']);
    assert.deepEqual((await ask('20.1.1.10.in-addr.arpa', 'PTR')).data, [
      '10-1-1-20.web.shop.svc.cluster.local',
    ]);
  });

  it('resolves an ExternalName that points into the zone', async () => {
    assert.deepEqual((await ask('docs.shop.svc.cluster.local')).data, [
      'web.shop.svc.cluster.local',
      '10.96.0.20',
    ]);
  });

  it('has no records for aliases that form a loop, as CoreDNS', async () => {
    assert.deepEqual(await ask('egg.shop.svc.cluster.local'), { rcode: 0, data: [] });
    assert.deepEqual(await ask('egg.shop.svc.cluster.local', 'CNAME'), {
      rcode: 0,
      data: ['chicken.shop.svc.cluster.local'],
    });
  });

  it('answers pod names, reverse lookups and its version', async () => {
    assert.deepEqual((await ask('10-1-0-9.shop.pod.cluster.local')).data, ['10.1.0.9']);
    assert.deepEqual((await ask('20.0.96.10.in-addr.arpa', 'PTR')).data, ['web.shop.svc.cluster.local']);
    assert.deepEqual((await ask('5.0.1.10.in-addr.arpa', 'PTR')).data, ['db-0.db.shop.svc.cluster.local']);
    assert.deepEqual((await ask('dns-version.cluster.local', 'TXT')).data, ['1.1.0']);
  });

  it('answers with ready endpoints only, by name and by address; one without a condition is ready', async () => {
    assert.deepEqual((await ask('eager.shop.svc.cluster.local')).data, ['10.1.0.9']);
    assert.equal((await ask('late.eager.shop.svc.cluster.local')).rcode, 3);
    assert.deepEqual((await ask('8.0.1.10.in-addr.arpa', 'PTR')).data, []);
    assert.deepEqual((await ask('9.0.1.10.in-addr.arpa', 'PTR')).data, [
      'early.eager.shop.svc.cluster.local',
    ]);
  });

  it('finds the owner of an address without looking at every object, and follows changes', async (t) => {
    for (const { lister } of [caches.services, caches.slices])
      t.mock.method(lister, 'list', () => assert.fail('all objects were listed'));
    const pointer = async (ip: string) => (await ask(`${ip}.in-addr.arpa`, 'PTR')).data;
    caches.services.put(service('new', { clusterIP: '10.96.0.9', clusterIPs: ['10.96.0.9'] }));
    assert.deepEqual(await pointer('9.0.96.10'), ['new.shop.svc.cluster.local']);
    caches.services.remove('shop/new');
    assert.deepEqual(await pointer('9.0.96.10'), []);
    // Nobody has this address; and headless Services have none at all.
    assert.deepEqual(await pointer('1.2.3.4'), []);
    assert.deepEqual(await pointer('None'), []);
  });

  it('answers NXDOMAIN for a name that does not exist, and without records for a type that the name lacks', async () => {
    assert.equal((await ask('nope.shop.svc.cluster.local')).rcode, 3);
    assert.equal((await ask('x.nowhere.svc.cluster.local')).rcode, 3);
    assert.equal((await ask('10-1-0-999.shop.pod.cluster.local')).rcode, 3);
    assert.deepEqual(await ask('web.shop.svc.cluster.local', 'AAAA'), { rcode: 0, data: [] });
  });

  it('refuses names outside the zone without a forwarder, and transfers of the zone', async () => {
    assert.equal((await ask('example.org')).rcode, 5);
    assert.equal((await ask('cluster.local', 'AXFR')).rcode, 5);
  });

  it('says with a SOA record how long a negative answer holds, for names of the cluster and of addresses', async () => {
    for (const [name, zone] of [
      ['nope.shop.svc.cluster.local', 'cluster.local'],
      ['SHOP.svc.Cluster.local', 'Cluster.local'],
      ['cluster.local', 'cluster.local'],
      ['20.0.96.10.in-addr.arpa', 'in-addr.arpa'],
    ]) {
      const { authorities, answers } = await answer(query(name!, 'A'));
      assert.deepEqual(answers, []);
      const [soa] = authorities ?? [];
      assert.ok(soa?.type === 'SOA');
      assert.deepEqual([soa.name, soa.ttl, soa.data.minimum, soa.data.mname], [zone, 5, 5, `ns.dns.${zone}`]);
    }
  });

  it('does not deny names while it does not know the cluster', async () => {
    const early = aScene({ isSynced: () => false });
    assert.equal((await early.ask('nope.shop.svc.cluster.local')).rcode, 2);
    assert.deepEqual((await early.ask('web.shop.svc.cluster.local')).data, ['10.96.0.20']);
  });

  it('waits with denials until it does, but not for ever', async () => {
    const { promise: started, resolve: start } = Promise.withResolvers<void>();
    let synced = false;
    const early = aScene({ isSynced: () => synced, started });
    const many = Array.from({ length: 4_000 }, () => early.ask('late.shop.svc.cluster.local'));
    assert.equal((await early.ask('nope.shop.svc.cluster.local')).rcode, 2, 'too many wait');
    early.caches.services.put(
      service('late', { clusterIP: '10.96.0.60', clusterIPs: ['10.96.0.60'], ports: [{ port: 1 }] }),
    );
    synced = true;
    start();
    assert.ok((await Promise.all(many)).every(({ data }) => data[0] === '10.96.0.60'));
    assert.equal((await early.ask('nope.shop.svc.cluster.local')).rcode, 3);
  });

  it('has no wildcards, and answers ANY without records', async () => {
    assert.equal((await ask('*.shop.svc.cluster.local')).rcode, 3);
    assert.equal((await ask('web.*.svc.cluster.local')).rcode, 3);
    assert.deepEqual(await ask('web.shop.svc.cluster.local', 'ANY'), { rcode: 0, data: [] });
  });

  it('answers for an alias of a name that does not exist with both', async () => {
    const { answers, flags, authorities } = await answer(query('ghost.shop.svc.cluster.local', 'A'));
    assert.deepEqual([(flags ?? 0) & 15, dataOf(answers)], [3, ['nope.shop.svc.cluster.local']]);
    assert.equal(authorities?.[0]?.type, 'SOA');
  });
});

describe('a kept answer', () => {
  const NAME = 'db.shop.svc.cluster.local';

  it('is made anew when an endpoint, the Service or its name changes', async () => {
    const { caches, ask } = aScene();
    assert.deepEqual((await ask(NAME)).data.length, 2);
    const [slice] = caches.slices.lister.byIndex('label:kubernetes.io/service-name', 'db');
    caches.slices.put({ ...slice!, endpoints: [{ addresses: ['10.1.0.77'] }] });
    assert.deepEqual((await ask(NAME)).data, ['10.1.0.77']);
    assert.equal((await ask('10-1-0-77.db.shop.svc.cluster.local')).rcode, 0);
    // The slice goes to another Service.
    caches.slices.put({
      ...slice!,
      metadata: { ...slice!.metadata, labels: { 'kubernetes.io/service-name': 'empty' } },
    });
    assert.equal((await ask(NAME)).rcode, 3);
    assert.equal((await ask('empty.shop.svc.cluster.local')).rcode, 0);
    caches.services.remove('shop/empty');
    assert.equal((await ask('empty.shop.svc.cluster.local')).rcode, 3);
    caches.services.put(
      service('empty', { clusterIP: '10.96.0.40', clusterIPs: ['10.96.0.40'], ports: [{ port: 1 }] }),
    );
    assert.deepEqual((await ask('empty.shop.svc.cluster.local')).data, ['10.96.0.40']);
  });

  it('is the same for all, but begins with another address each time, also when not all fit', async () => {
    const { ask } = aScene();
    const first = async (limit?: number) => (await ask(NAME, 'A', limit === undefined ? {} : { limit })).data;
    const seen = [await first(), await first()];
    assert.deepEqual(new Set(seen.map(([address]) => address)), new Set(['10.1.0.5', '10.1.0.6']));
    // Header, question, one record of 16 bytes.
    const limit = 12 + 27 + 4 + 16;
    const cut = [await first(limit), await first(limit)];
    assert.deepEqual(new Set(cut.flat()), new Set(['10.1.0.5', '10.1.0.6']));
    assert.deepEqual(
      cut.map(({ length }) => length),
      [1, 1],
    );
  });

  it('repeats the name as it was asked for', async () => {
    const { answer } = aScene();
    for (const name of [
      'WEB.shop.svc.cluster.local',
      'web.SHOP.svc.Cluster.LOCAL',
      'web.shop.svc.cluster.local',
    ]) {
      const { questions, answers } = await answer(query(name, 'A'));
      assert.deepEqual(
        [questions?.[0]?.name, answers?.[0]?.name, dataOf(answers)],
        [name, name, ['10.96.0.20']],
      );
    }
  });
});

describe('an answer that does not fit', () => {
  it('has whole records and says that some are missing, unless they are additional ones', async () => {
    const { answer } = aScene();
    const short = await answer(query('db.shop.svc.cluster.local', 'A'), { limit: 60 });
    assert.deepEqual([short.flag_tc, short.answers?.length], [true, 1]);
    const name = '_http._tcp.both.shop.svc.cluster.local';
    const whole = dnsPacket.encode(await answer(query(name, 'SRV'))).length;
    const without = await answer(query(name, 'SRV'), { limit: 12 + name.length + 6 + 2 + 10 + 6 + 27 + 5 });
    assert.ok(whole > 0);
    assert.deepEqual([without.flag_tc, without.answers?.length, without.additionals?.length], [false, 1, 0]);
  });

  it('of thousands of endpoints has as many as 64 KiB hold', async () => {
    const { caches, answer } = aScene();
    caches.services.put(service('big', { clusterIP: 'None', clusterIPs: ['None'] }));
    const endpoints = Array.from({ length: 5_000 }, (_, i) => ({ addresses: [`10.3.${i >> 8}.${i & 255}`] }));
    const [like] = caches.slices.lister.byIndex('label:kubernetes.io/service-name', 'db');
    const labels = { 'kubernetes.io/service-name': 'big' };
    caches.slices.put({ ...like!, metadata: { name: 'big', namespace: 'shop', labels }, endpoints });
    for (const [type, least, most] of [
      ['A', 4_000, 4_096],
      ['SRV', 1_000, 1_600],
    ] as const) {
      const { flag_tc, answers = [], additionals } = await answer(query('big.shop.svc.cluster.local', type));
      assert.ok(flag_tc && answers.length >= least && answers.length < most, `${answers.length} ${type}`);
      assert.deepEqual(additionals, []);
    }
  });
});
