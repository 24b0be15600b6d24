import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Endpoints } from '../../api/kinds/core/v1/endpoints.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { simCluster } from '../../sim/cluster.ts';

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
