import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { type Body, create } from '../../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';
import { aService } from '../../../sim/objects/service.ts';
import { openMemoryStore } from '../../../store/memory/memory-store.ts';

const SERVICES = '/api/v1/namespaces/default/services';
const ADDRESSES = '/apis/networking.k8s.io/v1/ipaddresses';
const DEFAULT_CIDR = '/apis/networking.k8s.io/v1/servicecidrs/kubernetes';
const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };
const V4 = '10.96.0.0/16';
const V6 = 'fd00:96::/64';

const cluster = (...serviceCidrs: string[]) => simCluster({ apiServer: { serviceCidrs } });
const addresses = async (server: SimCluster): Promise<string[]> =>
  (await server.call('GET', ADDRESSES)).body.items.map(({ metadata }: Body) => metadata.name);
const patch = (server: SimCluster, spec: object) => server.call('PATCH', `${SERVICES}/web`, { spec }, MERGE);

describe('a cluster of both families', () => {
  it('gives a service one address of the first family, and of both on request', async () => {
    const server = await cluster(V6, V4);
    const { spec: single } = await create(server, SERVICES, aService('one'));
    assert.match(single.clusterIP, /^fd00:96::/);
    assert.deepEqual([single.ipFamilies, single.ipFamilyPolicy], [['IPv6'], 'SingleStack']);
    const { spec } = await create(server, SERVICES, aService('two', { ipFamilyPolicy: 'RequireDualStack' }));
    assert.deepEqual(spec.ipFamilies, ['IPv6', 'IPv4']);
    assert.equal(spec.clusterIP, spec.clusterIPs[0]);
    assert.match(spec.clusterIPs[1], /^10\.96\./);
    const object = (await server.call('GET', `${ADDRESSES}/${spec.clusterIPs[0]}`)).body;
    assert.equal(object.metadata.labels['ipaddress.kubernetes.io/ip-family'], 'IPv6');
    const { body } = await server.call('GET', `${SERVICES}/kubernetes`);
    assert.deepEqual(body.spec.clusterIPs, ['fd00:96::1'], 'of the first family only');
  });

  it('adds the second address and takes it back as the policy changes; the first one stays', async () => {
    const server = await cluster(V4, V6);
    const { spec: before } = await create(server, SERVICES, aService('web'));
    const { spec: up } = (await patch(server, { ipFamilyPolicy: 'PreferDualStack' })).body;
    assert.deepEqual(up.ipFamilies, ['IPv4', 'IPv6']);
    assert.equal(up.clusterIPs[0], before.clusterIP);
    assert.ok((await addresses(server)).includes(up.clusterIPs[1]));
    const refused = (await patch(server, { clusterIPs: [before.clusterIP] })).body;
    assert.match(refused.message, /must be 'SingleStack' to release the secondary cluster IP/);
    const { spec: down } = (await patch(server, { ipFamilyPolicy: 'SingleStack' })).body;
    assert.deepEqual([down.clusterIPs, down.ipFamilies], [[before.clusterIP], ['IPv4']]);
    assert.equal((await addresses(server)).includes(up.clusterIPs[1]), false, 'free again');
  });

  it('keeps both addresses when a client that knows clusterIP only replaces the service', async () => {
    const server = await cluster(V4, V6);
    const { spec } = await create(server, SERVICES, aService('web', { ipFamilyPolicy: 'PreferDualStack' }));
    const old = aService('web', { clusterIP: spec.clusterIP, sessionAffinity: 'ClientIP' });
    const replaced = await server.call('PUT', `${SERVICES}/web`, old);
    assert.deepEqual(replaced.body.spec?.clusterIPs, spec.clusterIPs, JSON.stringify(replaced.body));
  });

  it('refuses what upstream refuses, in its words', async () => {
    const server = await cluster(V4, V6);
    const refused = async (spec: object) =>
      (await server.call('POST', SERVICES, aService('web', spec))).body.message;
    assert.match(
      await refused({ clusterIPs: ['10.96.0.9'] }),
      /spec\.clusterIPs: Invalid value: \["10\.96\.0\.9"\]: must be empty when `clusterIP` is not specified/,
    );
    assert.match(
      await refused({ clusterIP: '10.96.0.9', clusterIPs: ['10.96.0.9', '10.96.0.10'] }),
      /may specify no more than one IP for each IP family/,
    );
    assert.match(
      await refused({ ipFamilies: ['IPv6', 'IPv6'] }),
      /spec\.ipFamilies\[1\]: Duplicate value: "IPv6"/,
    );
  });
});

it('an address may be written in any form: its IPAddress has the canonical one, stays with the service and goes with it', async () => {
  const server = await cluster(V6);
  const { spec } = await create(server, SERVICES, aService('web', { clusterIP: 'fd00:96:0::A' }));
  assert.deepEqual(spec.clusterIPs, ['fd00:96:0::A']);
  await server.step(180_000);
  assert.ok((await addresses(server)).includes('fd00:96::a'), 'repair finds nothing wrong');
  const again = await server.call('POST', SERVICES, aService('other', { clusterIP: 'fd00:96::a' }));
  assert.match(again.body.message, /provided IP is already allocated/);
  await server.call('DELETE', `${SERVICES}/web`);
  assert.deepEqual(await addresses(server), ['fd00:96::1']);
});

it('a cluster of one family refuses the other, and prefers it without having it', async () => {
  const server = await cluster(V6);
  const { spec } = await create(server, SERVICES, aService('web', { ipFamilyPolicy: 'PreferDualStack' }));
  assert.deepEqual([spec.ipFamilies, spec.clusterIPs.length], [['IPv6'], 1]);
  const { body } = await server.call('POST', SERVICES, aService('four', { ipFamilies: ['IPv4'] }));
  assert.match(body.message, /spec\.ipFamilies\[0\]: Invalid value: "IPv4": not configured on this cluster/);
});

it('a cluster of one family becomes one of both: its ServiceCIDR grows, and services that preferred it stay as they are', async () => {
  const clock = new SteppedClock();
  const store = openMemoryStore({ clock });
  const before = await simCluster({ clock, apiServer: { store, serviceCidrs: [V4] } });
  const { spec } = await create(before, SERVICES, aService('web', { ipFamilyPolicy: 'PreferDualStack' }));
  await before.api.stop();
  const server = await simCluster({ clock, apiServer: { store, serviceCidrs: [V4, V6] } });
  assert.deepEqual((await server.call('GET', DEFAULT_CIDR)).body.spec.cidrs, [V4, V6]);
  const labelled = (await patch(server, { sessionAffinity: 'ClientIP' })).body.spec;
  assert.deepEqual(labelled.clusterIPs, spec.clusterIPs);
  const { spec: up } = (await patch(server, { ipFamilyPolicy: 'RequireDualStack' })).body;
  assert.equal(up.clusterIPs.length, 2);
});

it('the endpoints of the service kubernetes have the family of the server’s address', async () => {
  const server = await simCluster({
    apiServer: { serviceCidrs: [V6], advertise: { address: 'fd00:1::fe', port: 6443 } },
  });
  const slice = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes';
  const { body } = await server.call('GET', slice);
  assert.equal(body.addressType, 'IPv6');
  assert.deepEqual(body.endpoints[0].addresses, ['fd00:1::fe']);
});
