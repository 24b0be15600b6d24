import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Endpoints } from '../../api/kinds/core/v1/endpoints.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { simCluster } from '../../sim/cluster.ts';
import { aService } from '../../sim/objects/service.ts';
import { eventsAbout } from '../../sim/observe.ts';
import { mirrored } from './plan.ts';

it('Endpoints written by hand are mirrored when they are created, changed and deleted', async () => {
  const cluster = await simCluster({
    controllers: ['endpointslicemirroring-controller', 'endpoint-controller', 'endpointslice-controller'],
  });
  const metadata = { name: 'outside', namespace: 'default' };
  const ports = [{ name: 'db', port: 5432 }];
  await cluster.client.create(Service, { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports } });
  const subsets = [{ addresses: [{ ip: '192.0.2.7' }], ports: [{ name: 'db', port: 5432 }] }];
  await cluster.client.create(Endpoints, { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets });
  await cluster.settle();
  const slices = async () =>
    (
      await cluster.client.list(EndpointSlice, {
        namespace: 'default',
        labelSelector: 'kubernetes.io/service-name=outside',
      })
    ).items;
  const addresses = async () => (await slices()).flatMap((s) => s.endpoints ?? []).map((e) => e.addresses[0]);
  assert.deepEqual(await addresses(), ['192.0.2.7']);
  const [slice] = await slices();
  assert.equal(
    slice?.metadata.labels?.['endpointslice.kubernetes.io/managed-by'],
    'endpointslicemirroring-controller.k8s.io',
  );
  await cluster.client.patch(Endpoints, 'outside', 'default', 'merge', {
    subsets: [{ addresses: [{ ip: '192.0.2.8' }], ports: [{ name: 'db', port: 5432 }] }],
  });
  await cluster.settle();
  assert.deepEqual(await addresses(), ['192.0.2.8']);
  await cluster.client.delete(Endpoints, 'outside', 'default');
  await cluster.settle();
  assert.deepEqual(await slices(), []);
  await cluster.stop();
});

it('Labels and annotations are mirrored, subsets with the same ports are one, and what is left out is said', async (t) => {
  const cluster = await simCluster({ controllers: ['endpointslicemirroring-controller'] }, t);
  const { client } = cluster;
  await client.create(Service, aService('outside', { ports: [{ port: 80 }] }));
  const ports = [{ port: 80 }];
  const many = Array.from({ length: 1001 }, (_, i) => ({ ip: `10.1.${i >> 8}.${i & 255}` }));
  const annotations = {
    note: 'a',
    'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z',
  };
  await client.create(Endpoints, {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'outside', namespace: 'default', annotations, labels: { tier: 'x' } },
    subsets: [
      { addresses: [{ ip: '192.0.2.1' }], ports },
      { addresses: [{ ip: '192.0.2.2' }], ports },
    ],
  });
  await cluster.settle();
  const slices = async () => (await client.list(EndpointSlice, { namespace: 'default' })).items;
  const [slice, ...more] = await slices();
  assert.equal(more.length, 0);
  assert.deepEqual(slice?.endpoints?.map(({ addresses }) => addresses[0]).sort(), ['192.0.2.1', '192.0.2.2']);
  assert.deepEqual(slice?.metadata.annotations, { note: 'a' });
  assert.equal(slice?.metadata.labels?.tier, 'x');
  await cluster.step(10_000);
  assert.equal((await slices())[0]?.metadata.resourceVersion, slice?.metadata.resourceVersion);

  const metadata = { annotations: { note: 'b' }, labels: { tier: null } };
  await client.patch(Endpoints, 'outside', 'default', 'merge', { metadata });
  await cluster.settle();
  const [changed] = await slices();
  assert.deepEqual(changed?.metadata.annotations, { note: 'b' });
  assert.equal(changed?.metadata.labels?.tier, undefined);

  await client.patch(Endpoints, 'outside', 'default', 'merge', { subsets: [{ addresses: many, ports }] });
  await cluster.settle();
  assert.equal((await slices()).flatMap(({ endpoints }) => endpoints ?? []).length, 1000);
  const message =
    'A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 1 addresses were skipped';
  assert.ok((await eventsAbout(cluster, 'outside')).includes(`Warning TooManyAddressesToMirror ${message}`));
});

it('texts that are no addresses are not mirrored', () => {
  const metadata = { name: 'outside', namespace: 'default' };
  const subsets = [{ addresses: [{ ip: 'x' }, { ip: '2001:db8::1' }], ports: [] }];
  const { wanted, invalid, skipped } = mirrored({ apiVersion: 'v1', kind: 'Endpoints', metadata, subsets });
  assert.deepEqual([wanted[0]?.addressType, invalid, skipped], ['IPv6', 1, 1]);
});
