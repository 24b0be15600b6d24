import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Packet } from 'dns-packet';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { seededRandom } from '../../kit/random.ts';
import { routeTo } from './forward/cluster-servers.ts';
import { addressAnswer, aForwarder, anUpstream, closeUpstreams } from './forward/upstream.fake.ts';
import { aScene, Cache, dataOf, query, rcodeOf, service } from './scene.fake.ts';
import { Searches } from './searches.ts';
import { dnsSource } from './zone/source.ts';

after(closeUpstreams);

const outside = async () => {
  const { address, asked } = await anUpstream(({ packet }) => {
    const { name, type } = packet.questions![0]!;
    if (name === 'www.example.com' && type === 'A')
      return [
        addressAnswer(packet, '', 0, {
          answers: [
            { type: 'CNAME', name, ttl: 300, data: 'cdn.example.net' },
            { type: 'A', name: 'cdn.example.net', ttl: 300, data: '192.0.2.80' },
          ],
        }),
      ];
    const known = name === 'www.example.com' || name === 'db.corp.test';
    const more: Partial<Packet> = { flags: known ? 0x0180 : 0x0183, answers: [] };
    return [
      name === 'db.corp.test' && type === 'A'
        ? addressAnswer(packet, '192.0.2.90')
        : addressAnswer(packet, '', 0, more),
    ];
  });
  return { forwarder: aForwarder([address]).forwarder, asked };
};
const external = (name: string, externalName: string) =>
  service(name, { type: 'ExternalName', externalName });

describe('an ExternalName Service', () => {
  it('is answered with the whole chain to its target, which is looked up outside', async () => {
    const { forwarder } = await outside();
    const { caches, answer } = aScene({ forwarder });
    caches.services.put(external('www', 'WWW.example.com.'));
    const { answers } = await answer(query('www.shop.svc.cluster.local', 'A'));
    assert.deepEqual(
      answers?.map((a) => [a.name, a.type, 'data' in a && a.data]),
      [
        ['www.shop.svc.cluster.local', 'CNAME', 'www.example.com'],
        ['www.example.com', 'CNAME', 'cdn.example.net'],
        ['cdn.example.net', 'A', '192.0.2.80'],
      ],
    );
    const none = await answer(query('www.shop.svc.cluster.local', 'AAAA'));
    assert.deepEqual(
      [rcodeOf(none), dataOf(none.answers), none.authorities?.length],
      [0, ['www.example.com'], 1],
    );
  });

  it('says when its target does not exist or cannot be found', async () => {
    const { forwarder } = await outside();
    const { caches, ask } = aScene({ forwarder });
    caches.services.put(external('gone', 'gone.example.com'));
    assert.deepEqual(await ask('gone.shop.svc.cluster.local'), { rcode: 3, data: ['gone.example.com'] });
    const { forwarder: none } = aForwarder([]);
    const down = aScene({ forwarder: none });
    down.caches.services.put(external('gone', 'gone.example.com'));
    assert.equal((await down.ask('gone.shop.svc.cluster.local')).rcode, 2);
  });

  it('is its CNAME alone in an isolated cluster', async () => {
    const { caches, ask } = aScene();
    caches.services.put(external('www', 'www.example.com'));
    assert.deepEqual(await ask('www.shop.svc.cluster.local'), { rcode: 0, data: ['www.example.com'] });
  });
});

describe('a search of a pod', () => {
  const pod = (name: string, namespace: string, ip: string, more: Partial<Pod> = {}): Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: { containers: [] },
    status: { podIPs: [{ ip }] },
    ...more,
  });
  const searching = async (on: boolean) => {
    const { forwarder, asked } = await outside();
    const pods = new Cache([
      pod('a', 'shop', '10.1.0.1'),
      pod('six', 'shop', 'fd00::1'),
      pod('other', 'kube-system', '10.1.0.2'),
      pod('host', 'shop', '10.77.0.1', { spec: { containers: [], hostNetwork: true } }),
      pod('ended', 'shop', '10.1.0.3', { status: { phase: 'Succeeded', podIPs: [{ ip: '10.1.0.3' }] } }),
    ]);
    let [watched, answered] = [0, 0];
    const informer = () => {
      watched++;
      return pods;
    };
    const searches = new Searches({
      informers: { informer } as never,
      domain: 'cluster.local',
      nodeSearches: () => ['corp.test'],
    });
    searches.switch(on);
    const scene = aScene({
      forwarder,
      searched: (name, client) => searches.names(name, client),
      onSearched: () => {
        answered++;
      },
    });
    return { ...scene, searches, asked, counted: () => ({ watched, answered }) };
  };
  const NAME = 'www.example.com.shop.svc.cluster.local';

  it('is answered with the name that the rest of its list would find, once that is asked for', async () => {
    const { answer, ask, counted } = await searching(true);
    const { answers } = await answer(query(NAME, 'A'));
    assert.deepEqual(
      answers?.map((a) => [a.name, 'data' in a && a.data]),
      [
        [NAME, 'www.example.com'],
        ['www.example.com', 'cdn.example.net'],
        ['cdn.example.net', '192.0.2.80'],
      ],
    );
    assert.deepEqual(
      (await ask('db.shop.svc.cluster.local')).data.length,
      2,
      'what exists is answered as ever',
    );
    assert.deepEqual(
      (await ask('db.shop.svc.shop.svc.cluster.local')).rcode,
      0,
      'a name of another search domain',
    );
    assert.deepEqual((await ask('db.shop.svc.cluster.local', 'A', { client: 'fd00::1' })).rcode, 0);
    assert.deepEqual((await ask(NAME, 'A', { client: 'fd00:0::1' })).rcode, 0);
    const viaNode = await ask('db.shop.svc.cluster.local'.replace('db.', 'db2.'));
    assert.equal(viaNode.rcode, 3);
    assert.deepEqual(counted(), { watched: 1, answered: 3 });
  });

  it('finds names of the node’s own search domains', async () => {
    const { caches, ask } = await searching(true);
    caches.services.remove('shop/db');
    assert.deepEqual(await ask('db.shop.svc.cluster.local'), {
      rcode: 0,
      data: ['db.corp.test', '192.0.2.90'],
    });
  });

  it('exists for the second type if it does for the first', async () => {
    const { ask } = await searching(true);
    assert.deepEqual(await ask(NAME, 'AAAA'), { rcode: 0, data: ['www.example.com'] });
    assert.equal((await ask(NAME, 'TXT')).rcode, 3);
  });

  it('is only that of a pod of the namespace', async () => {
    const { ask, asked } = await searching(true);
    assert.equal((await ask('www.example.com.kube-system.svc.cluster.local')).rcode, 3);
    assert.equal((await ask('nope.cluster.local')).rcode, 3);
    assert.equal(asked.length, 0);
    for (const client of ['10.1.0.2', '10.77.0.1', '10.1.0.3', '10.1.0.99'])
      assert.equal((await ask(NAME, 'A', { client })).rcode, 3, client);
  });

  it('is a name that does not exist unless it is switched on', async () => {
    const { ask, counted, asked, searches } = await searching(false);
    assert.equal((await ask(NAME)).rcode, 3);
    assert.deepEqual([counted(), asked.length], [{ watched: 0, answered: 0 }, 0]);
    searches.switch(true);
    assert.equal((await ask(NAME)).rcode, 0);
    searches.switch(false);
    assert.equal((await ask(NAME)).rcode, 3);
  });
});

describe('a name outside of an isolated cluster', () => {
  it('is refused when no server in the cluster has it', async () => {
    const { forwarder } = aForwarder([], undefined, true);
    const { ask } = aScene({ forwarder });
    assert.equal((await ask('example.com')).rcode, 5);
  });
});

describe('a query that comes back', () => {
  it('is refused', async () => {
    const { forwarder } = aForwarder([]);
    const { ask } = aScene({ forwarder });
    forwarder.noticesLoop = (name) => name === 'loop.test';
    assert.equal((await ask('loop.test')).rcode, 5);
  });
});

describe('a server of a stub domain that is a Service of the cluster', () => {
  const asDns = (name: string, clusterIP: string) =>
    service(name, {
      clusterIP,
      clusterIPs: [clusterIP],
      ports: [{ name: 'dns', port: 53, protocol: 'UDP' }],
    });
  const { caches } = aScene();
  const source = dnsSource(caches);
  const to = (host: string, port: number, isolated = false) =>
    routeTo({ source, isolated, random: seededRandom(1) }, { host, port });
  caches.services.put(asDns('consul', '10.96.5.5'));
  caches.services.put(asDns('six', 'fd00:96::5'));
  caches.slices.put({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'consul', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'consul' } },
    addressType: 'IPv4',
    ports: [{ name: 'dns', port: 8600, protocol: 'UDP' }],
    endpoints: [{ addresses: ['10.1.2.3'] }, { addresses: ['10.1.2.4'], conditions: { ready: false } }],
  });

  it('is asked at one of its ready endpoints', () => {
    assert.deepEqual(to('10.96.5.5', 53), { host: '10.1.2.3', port: 8600 });
    assert.deepEqual(to('10.96.5.5', 53, true), { host: '10.1.2.3', port: 8600 });
    assert.equal(to('10.96.5.5', 54), undefined, 'another port');
    assert.equal(to('fd00:96:0::5', 53), undefined, 'without endpoints');
  });

  it('is the only one that an isolated cluster asks', () => {
    assert.deepEqual(to('192.0.2.1', 53), { host: '192.0.2.1', port: 53 });
    assert.equal(to('192.0.2.1', 53, true), undefined);
  });
});
