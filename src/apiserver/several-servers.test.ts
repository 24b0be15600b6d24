// Two API servers over one etcd, asked at the same time: what must exist once exists once, whichever server is asked.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { systemClock as clock } from '../kit/clock.ts';
import { silentLogger as log } from '../kit/log.ts';
import { systemRandom as random } from '../kit/random.ts';
import { type ApiCalls, apiCalls, type Body } from '../sim/api-calls.ts';
import { TestEtcd, withoutEtcd } from '../store/etcd/etcd.fake.ts';
import { type EtcdStore, openEtcdStore } from '../store/etcd/etcd-store.ts';
import { type ApiServer, createApiServer } from './api-server.ts';
import { etcdCodec } from './etcd-layout/etcd-codec.ts';

const SERVICES = '/api/v1/namespaces/default/services';
const MAPS = '/api/v1/namespaces/default/configmaps';
const QUOTAS = '/api/v1/namespaces/limited/resourcequotas';

describe('two servers of one etcd', { skip: withoutEtcd }, () => {
  let etcd: TestEtcd;
  const stores: EtcdStore[] = [];
  const servers: ApiServer[] = [];
  const calls: ApiCalls[] = [];
  before(async () => {
    etcd = await TestEtcd.start();
    for (const hostname of ['one', 'two']) {
      const store = await openEtcdStore({
        endpoints: etcd.urls,
        codec: etcdCodec(random),
        clock,
        random,
        log,
      });
      stores.push(store);
      const api = createApiServer({
        ...{ store, clock, random, log, hostname },
        advertise: { address: hostname === 'one' ? '10.0.0.1' : '10.0.0.2', port: 6443 },
        disableAdmissionPlugins: ['ServiceAccount'],
      });
      servers.push(api);
      await api.start();
      calls.push(apiCalls(api));
    }
  });
  after(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await Promise.all(stores.map((store) => store.close()));
    await etcd.stop();
  });

  /** Sends `count` requests to both servers, all at once, and gives the answers. */
  const race = (count: number, path: string, object: (i: number, server: number) => object) =>
    Promise.all(
      Array.from({ length: count }, (_, i) =>
        calls.map((one, server) => one.call('POST', path, object(i, server))),
      ).flat(),
    );
  const codes = (answers: readonly { status: number }[]) =>
    answers.map(({ status }) => status).sort((a, b) => a - b);
  const service = (name: string, spec: object = {}) => ({
    ...{ apiVersion: 'v1', kind: 'Service', metadata: { name } },
    spec: { type: 'NodePort', ports: [{ port: 80 }], ...spec },
  });

  it('give out no address and no node port twice', async () => {
    const answers = await race(40, SERVICES, (i, server) => service(`s${i}-${server}`));
    assert.deepEqual(codes(answers), Array(80).fill(201));
    const specs = answers.map(({ body }) => (body as Body).spec);
    assert.equal(new Set(specs.map(({ clusterIP }) => clusterIP)).size, 80);
    assert.equal(new Set(specs.map(({ ports }) => ports[0].nodePort)).size, 80);
  });

  it('give an address or a port that several ask for to one of them', async () => {
    const addresses = await race(1, SERVICES, (_, server) =>
      service(`address-${server}`, { clusterIP: '10.96.0.77' }),
    );
    assert.deepEqual(codes(addresses), [201, 422]);
    const ports = await race(1, SERVICES, (_, server) =>
      service(`port-${server}`, { ports: [{ port: 80, nodePort: 30_777 }] }),
    );
    assert.deepEqual(codes(ports), [201, 422]);
  });

  it('create a name once', async () => {
    const answers = await race(30, MAPS, (i) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `m${i}` },
    }));
    assert.deepEqual(codes(answers), [...Array(30).fill(201), ...Array(30).fill(409)]);
  });

  it('never admit more than a quota allows', async () => {
    const [one] = calls as [ApiCalls];
    await one.call('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'limited' },
    });
    const hard = { 'count/configmaps': '25' };
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard } };
    await one.call('POST', QUOTAS, quota);
    // As the quota controller would.
    const status = { hard, used: { 'count/configmaps': '0' } };
    const patched = await one.call(
      'PATCH',
      `${QUOTAS}/q/status`,
      { status },
      {
        headers: { 'content-type': 'application/merge-patch+json' },
      },
    );
    assert.equal(patched.status, 200);
    const path = '/api/v1/namespaces/limited/configmaps';
    const answers = await race(30, path, (i, server) => ({
      ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `m${i}-${server}` } },
    }));
    const admitted = codes(answers).filter((code) => code === 201).length;
    const { items } = (await calls[1]!.call('GET', path)).body;
    assert.equal(items.length, admitted);
    assert.equal(admitted, 25);
  });

  it('are both endpoints of the Service kubernetes', async () => {
    const path = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes';
    for (const one of calls) {
      const { endpoints } = (await one.call('GET', path)).body;
      assert.deepEqual(
        endpoints.flatMap(({ addresses }: Body) => addresses),
        ['10.0.0.1', '10.0.0.2'],
      );
    }
  });
});
