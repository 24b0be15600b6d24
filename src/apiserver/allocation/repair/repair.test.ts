import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Body, create } from '../../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';
import { aService } from '../../../sim/objects/service.ts';
import { TakenPorts } from '../port-range.ts';
import { repairPorts } from './port-findings.ts';

const SERVICES = '/api/v1/namespaces/default/services';
const ADDRESSES = '/apis/networking.k8s.io/v1/ipaddresses';
const PORTS = '/registry/ranges/servicenodeports';

const parentOf = async (server: SimCluster, ip: string) =>
  (await server.call('GET', `${ADDRESSES}/${ip}`)).body.spec?.parentRef?.name;
const events = async (server: SimCluster): Promise<string[]> =>
  (await server.call('GET', '/apis/events.k8s.io/v1/namespaces/default/events')).body.items.map(
    ({ regarding, reason, note, action, type, reportingController }: Body) =>
      `${reportingController} ${type} ${regarding.kind} ${reason} ${action}: ${note}`,
  );
const anAddress = (name: string, service: string, labels: object = MANAGED) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IPAddress',
  metadata: { name, labels },
  spec: { parentRef: { resource: 'services', namespace: 'default', name: service } },
});
const MANAGED = {
  'ipaddress.kubernetes.io/ip-family': 'IPv4',
  'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
};
/** Writes past the API server, as a crash or an older server might have left it. */
async function put(server: SimCluster, key: string, object: object): Promise<void> {
  const found = server.store.get(key);
  const encode = () => Buffer.from(JSON.stringify(object));
  await (found ? server.store.update(key, found.revision, encode) : server.store.create(key, encode));
}
const BY_IP = 'ipallocator-repair-controller Warning';

describe('the repair of cluster IPs', () => {
  it('makes the IPAddress of a service that has lost it', async () => {
    const server = await simCluster();
    await create(server, SERVICES, aService('web', { clusterIP: '10.96.0.9' }));
    await server.call('DELETE', `${ADDRESSES}/10.96.0.9`);
    assert.equal(await parentOf(server, '10.96.0.9'), undefined);
    await server.step(3 * 60_000);
    assert.equal(await parentOf(server, '10.96.0.9'), 'web');
    assert.deepEqual(await events(server), [
      `${BY_IP} Service ClusterIPNotAllocated ClusterIPAllocation: Cluster IP [IPv4]: 10.96.0.9 is not allocated; repairing`,
    ]);
  });

  it('removes an IPAddress whose service was never stored, after a minute', async () => {
    const server = await simCluster();
    await create(server, ADDRESSES, anAddress('10.96.0.9', 'crashed'));
    await server.step(59_000);
    assert.equal(await parentOf(server, '10.96.0.9'), 'crashed');
    await server.step(2_000);
    assert.equal(await parentOf(server, '10.96.0.9'), undefined);
    assert.deepEqual(await events(server), [
      `${BY_IP} IPAddress IPAddressNotAllocated IPAddressAllocation: IPAddress: 10.96.0.9 for Service default/crashed appears to have leaked: cleaning up`,
    ]);
  });

  it('leaves an IPAddress of somebody else alone', async () => {
    const server = await simCluster();
    await create(server, ADDRESSES, anAddress('10.96.0.9', 'gone', {}));
    await server.step(4 * 60_000);
    assert.equal(await parentOf(server, '10.96.0.9'), 'gone');
  });

  it('removes an IPAddress that its service does not have', async () => {
    const server = await simCluster();
    await create(server, SERVICES, aService('web'));
    await server.step(1_000);
    await create(server, ADDRESSES, anAddress('10.96.0.9', 'web'));
    await server.step(4_000);
    assert.equal(await parentOf(server, '10.96.0.9'), 'web', 'a write may be failing');
    await server.step(2_000);
    assert.equal(await parentOf(server, '10.96.0.9'), undefined);
    assert.deepEqual(await events(server), [
      `${BY_IP} IPAddress IPAddressWrongReference IPAddressAllocation: IPAddress: 10.96.0.9 for Service default/web has a wrong reference; cleaning up`,
    ]);
  });

  it('makes an IPAddress anew that refers to something else, or has lost its labels', async () => {
    const server = await simCluster();
    const { clusterIP } = (await create(server, SERVICES, aService('web'))).spec;
    const key = `/registry/networking.k8s.io/ipaddresses/${clusterIP}`;
    const stored = JSON.parse(String(server.store.get(key)!.value));
    await put(server, key, {
      ...stored,
      spec: { parentRef: { group: 'a.b', resource: 'gateways', name: 'x' } },
    });
    await server.step(3 * 60_000);
    assert.equal(await parentOf(server, clusterIP), 'web');
    const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
    await server.call('PATCH', `${ADDRESSES}/${clusterIP}`, { metadata: { labels: null } }, merge);
    await server.step(3 * 60_000);
    const { metadata } = (await server.call('GET', `${ADDRESSES}/${clusterIP}`)).body;
    assert.deepEqual(metadata.labels, MANAGED);
  });

  it('reports two services with one address, and an address outside of every range', async () => {
    const server = await simCluster();
    const one = await create(server, SERVICES, aService('one'));
    const { clusterIP } = one.spec;
    const copy = (name: string, ip: string) =>
      put(server, `/registry/services/default/${name}`, {
        ...one,
        metadata: { ...one.metadata, name, uid: name },
        spec: { ...one.spec, clusterIP: ip, clusterIPs: [ip] },
      });
    await copy('two', clusterIP);
    await copy('far', '10.1.2.3');
    await server.step(1);
    assert.deepEqual((await events(server)).sort(), [
      `${BY_IP} Service ClusterIPAlreadyAllocated ClusterIPAllocation: Cluster IP [IPv4]:${clusterIP} was assigned to multiple services; please recreate service`,
      `${BY_IP} Service ClusterIPOutOfRange ClusterIPAllocation: Cluster IP [IPv4]: 10.1.2.3 is not within any configured Service CIDR; please recreate service`,
    ]);
    await server.call('DELETE', `${SERVICES}/two`);
    assert.equal(await parentOf(server, clusterIP), 'one', 'the other service keeps the address');
  });
});

describe('the repair of node ports', () => {
  it('takes the ports of stored services when a server starts on a store that has none', async () => {
    const before = await simCluster();
    await create(
      before,
      SERVICES,
      aService('web', { type: 'NodePort', ports: [{ port: 80, nodePort: 30007 }] }),
    );
    const entry = before.store.get(PORTS)!;
    await before.store.delete(PORTS, entry.revision);
    await before.api.stop();
    const { store } = before;
    const server = await simCluster({ clock: before.clock, seed: 2, apiServer: { store } });
    assert.equal(JSON.parse(String(store.get(PORTS)!.value)).data, Buffer.from([128]).toString('base64'));
    assert.deepEqual(await events(server), [
      'portallocator-repair-controller Warning Service PortNotAllocated PortAllocation: Port 30007 is not allocated; repairing',
    ]);
  });

  it('frees a port that no service has in the third round', async () => {
    const server = await simCluster();
    const stored = JSON.parse(String(server.store.get(PORTS)!.value));
    await put(server, PORTS, { ...stored, data: Buffer.from([1]).toString('base64') });
    const free = () => JSON.parse(String(server.store.get(PORTS)!.value)).data === '';
    await server.step(2 * 3 * 60_000);
    assert.ok(!free());
    await server.step(3 * 60_000);
    assert.ok(free());
  });

  it('reports ports outside of the range and ports that two services have', () => {
    const service = (name: string, ...ports: object[]) => ({ ...aService(name), spec: { ports } }) as never;
    const port = (nodePort: number, protocol = 'TCP') => ({ port: 80, nodePort, protocol });
    const range = { first: 30000, last: 30009 };
    const services = [
      service('a', port(30001), port(30001, 'UDP')),
      service('b', port(30001)),
      service('c', port(25)),
    ];
    const { ports, findings } = repairPorts(range, new TakenPorts(range), services, new Map());
    assert.deepEqual([...ports], [30001]);
    assert.deepEqual(
      findings.map(({ reason, note }) => `${reason}: ${note}`),
      [
        'PortNotAllocated: Port 30001 is not allocated; repairing',
        'PortAlreadyAllocated: Port 30001 was assigned to multiple services; please recreate service',
        'PortOutOfRange: Port 25 is not within the port range 30000-30009; please recreate service',
      ],
    );
  });
});
