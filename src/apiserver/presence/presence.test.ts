import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import type { Body } from '../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { openMemoryStore } from '../../store/memory/memory-store.ts';
import { isExpired, serverId } from './identity-lease.ts';

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
const SERVICE = '/api/v1/namespaces/default/services/kubernetes';
const ENDPOINTS = '/api/v1/namespaces/default/endpoints/kubernetes';
const SLICE = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes';

const leases = async (server: SimCluster): Promise<Body[]> =>
  (
    await server.call('GET', LEASES, undefined, {
      query: { labelSelector: 'apiserver.kubernetes.io/identity=kube-apiserver' },
    })
  ).body.items;
const addresses = async (server: SimCluster): Promise<string[]> =>
  ((await server.call('GET', ENDPOINTS)).body.subsets?.[0]?.addresses ?? []).map(
    ({ ip }: { ip: string }) => ip,
  );
const inSlice = async (server: SimCluster): Promise<string[]> =>
  ((await server.call('GET', SLICE)).body.endpoints ?? []).flatMap((one: Body) => one.addresses);

describe('the identity of a server', () => {
  it('is a Lease of an hour that is renewed every ten seconds', async () => {
    const server = await simCluster({ apiServer: { hostname: 'one' } });
    const [lease, ...more] = await leases(server);
    assert.equal(more.length, 0);
    assert.equal(lease.metadata.name, serverId('one'));
    assert.match(lease.metadata.name, /^apiserver-[a-z2-7]{26}$/);
    assert.equal(lease.metadata.labels['kubernetes.io/hostname'], 'one');
    assert.equal(lease.spec.leaseDurationSeconds, 3600);
    assert.ok(lease.spec.holderIdentity.startsWith(`${lease.metadata.name}_`));
    await server.step(10_000);
    const [renewed] = await leases(server);
    assert.equal(Date.parse(renewed.spec.renewTime) - Date.parse(lease.spec.renewTime), 10_000);
    await server.call('DELETE', `${LEASES}/${lease.metadata.name}`);
    await server.step(10_000);
    assert.equal((await leases(server)).length, 1, 'made again');
  });

  it('says under which names the server is reached', async () => {
    const named = await simCluster({
      apiServer: { hostname: 'one', serverNames: ['api.example', '192.0.2.1'] },
    });
    const [lease] = await leases(named);
    assert.equal(lease.metadata.annotations['tiphys.io/server-names'], 'api.example,192.0.2.1');
    const [plain] = await leases(await simCluster({ apiServer: { hostname: 'one' } }));
    assert.equal(plain.metadata.annotations, undefined);
  });

  it('ends with the server; another process of the same host keeps its own', async () => {
    const clock = new SteppedClock();
    const store = openMemoryStore({ clock });
    const old = await simCluster({ clock, apiServer: { store, hostname: 'one' } });
    const next = await simCluster({ clock, seed: 2, apiServer: { store, hostname: 'one' } });
    await old.api.stop();
    assert.equal((await leases(next)).length, 1);
    const other = await simCluster({ clock, seed: 3, apiServer: { store, hostname: 'two' } });
    assert.equal((await leases(other)).length, 2);
    await next.api.stop();
    assert.deepEqual(
      (await leases(other)).map(({ metadata }) => metadata.name),
      [serverId('two')],
    );
  });

  it('is removed by others when it has expired', async () => {
    const server = await simCluster();
    const labels = { 'apiserver.kubernetes.io/identity': 'kube-apiserver' };
    const lease = (name: string, spec: object, more: object = labels) => ({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, labels: more },
      spec,
    });
    const renewTime = new Date(server.clock.now()).toISOString().replace('Z', '000Z');
    for (const one of [
      lease('crashed', { renewTime, leaseDurationSeconds: 3000 }),
      lease('alive', { renewTime, leaseDurationSeconds: 9000 }),
      lease('empty', {}),
      lease('other', { renewTime, leaseDurationSeconds: 1 }, {}),
    ])
      assert.equal((await server.call('POST', LEASES, one)).status, 201);
    await server.step(3_600_000);
    const left = (await server.call('GET', LEASES)).body.items.map(({ metadata }: Body) => metadata.name);
    assert.deepEqual(
      left.filter((name: string) => !name.startsWith('apiserver-')),
      ['alive', 'other'],
    );
    const { kind, apiVersion } = { kind: 'Lease', apiVersion: 'coordination.k8s.io/v1' } as const;
    assert.ok(isExpired({ kind, apiVersion, metadata: {}, spec: { renewTime } }, 0));
  });
});

describe('a server whose clock is off', () => {
  const hours = 3_600_000;

  it('is not ready, and says so, until its clock is right; the others are', async () => {
    for (const off of [-24 * hours, -hours, hours, 24 * hours]) {
      const store = openMemoryStore({ clock: new SteppedClock() });
      const all: SimCluster[] = [];
      for (const [i, set] of [0, off, 0].entries()) {
        const clock = new SteppedClock();
        clock.setBy(set);
        const advertise = { address: `10.0.0.${i + 1}`, port: 6443 };
        all.push(await simCluster({ clock, seed: i, apiServer: { store, hostname: `s${i}`, advertise } }));
      }
      const [right, wrong] = all as [SimCluster, SimCluster, SimCluster];
      const pass = async (ms: number) => {
        for (let passed = 0; passed < ms; passed += 1_000) for (const one of all) await one.clock.step(1_000);
      };
      const ready = async (one: SimCluster) => (await one.call('GET', '/readyz')).status;
      await pass(30_000);
      assert.deepEqual([await ready(right), await ready(wrong)], [200, 500], `${off}`);
      assert.equal((await wrong.call('GET', '/livez')).status, 200);
      const { body } = await wrong.call('GET', '/readyz/clock');
      const way = off > 0 ? 'ahead of' : 'behind';
      assert.match(
        String(body),
        new RegExp(`the clock of this machine is about [0-9]+ s ${way} those of most`),
      );
      const uids = async () => (await leases(right)).map(({ metadata }) => metadata.uid).sort();
      const before = await uids();
      await pass(3_700_000);
      assert.deepEqual(await uids(), before, 'no Lease counts as expired');
      wrong.clock.setBy(-off);
      await pass(30_000);
      assert.equal(await ready(wrong), 200);
    }
  });
});

it('no Lease makes a server’s clock a wrong one, whoever writes it', async () => {
  const server = await simCluster({ apiServer: { advertise: { address: '10.0.0.1', port: 6443 } } });
  const labels = { 'apiserver.kubernetes.io/identity': 'kube-apiserver' };
  for (let round = 0; round < 4; round++) {
    const renewTime = new Date(server.clock.now() - 3_600_000).toISOString().replace('Z', '000Z');
    for (const name of ['a', 'b', 'c']) {
      const spec = { renewTime, leaseDurationSeconds: 9_000 };
      const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, labels }, spec };
      const headers = { 'content-type': 'application/merge-patch+json' };
      const written =
        round === 0
          ? await server.call('POST', LEASES, lease)
          : await server.call('PATCH', `${LEASES}/${name}`, { spec }, { headers });
      assert.ok(written.status < 300);
    }
    await server.step(10_000);
  }
  assert.equal((await server.call('GET', '/readyz')).status, 200);
});

describe('the service kubernetes', () => {
  it('is made again when it was deleted', async () => {
    const server = await simCluster();
    const { uid } = (await server.call('GET', SERVICE)).body.metadata;
    await server.call('DELETE', SERVICE);
    await server.step(10_000);
    const again = (await server.call('GET', SERVICE)).body;
    assert.notEqual(again.metadata.uid, uid);
    assert.equal(again.spec.clusterIP, '10.96.0.1');
  });

  it('has the addresses of all servers that run as endpoints', async () => {
    const clock = new SteppedClock();
    const store = openMemoryStore({ clock });
    const at = (address: string, seed: number) =>
      simCluster({
        clock,
        seed,
        apiServer: { store, hostname: address, advertise: { address, port: 6443 } },
      });
    const one = await at('10.0.0.1', 1);
    const two = await at('10.0.0.2', 2);
    assert.deepEqual(await addresses(one), ['10.0.0.1', '10.0.0.2']);
    assert.deepEqual(await inSlice(two), ['10.0.0.1', '10.0.0.2']);
    await two.api.stop();
    assert.deepEqual(await addresses(one), ['10.0.0.1']);
    const { labels, resourceVersion } = (await one.call('GET', ENDPOINTS)).body.metadata;
    assert.deepEqual(labels, { 'endpointslice.kubernetes.io/skip-mirror': 'true' });
    await one.step(60_000);
    assert.equal(
      (await one.call('GET', ENDPOINTS)).body.metadata.resourceVersion,
      resourceVersion,
      'not written again',
    );
    await one.call('DELETE', ENDPOINTS);
    await one.call('DELETE', SLICE);
    await one.step(10_000);
    assert.deepEqual([await addresses(one), await inSlice(one)], [['10.0.0.1'], ['10.0.0.1']]);
  });

  it('loses the address of a server that does not renew it', async () => {
    const clock = new SteppedClock();
    const store = openMemoryStore({ clock });
    const at = (address: string, own: SteppedClock) =>
      simCluster({ clock: own, apiServer: { store, advertise: { address, port: 6443 } } });
    // Time stands still for it: it renews nothing any more.
    await at('10.0.0.9', new SteppedClock());
    const server = await at('10.0.0.1', clock);
    assert.deepEqual(await addresses(server), ['10.0.0.1', '10.0.0.9']);
    await server.step(10_000);
    assert.deepEqual(await addresses(server), ['10.0.0.1', '10.0.0.9']);
    await server.step(10_000);
    assert.deepEqual(await addresses(server), ['10.0.0.1']);
  });
});
