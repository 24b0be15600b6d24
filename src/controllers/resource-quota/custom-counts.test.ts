import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ResourceQuota } from '../../api/kinds/core/v1/resource-quota.ts';
import { simCluster } from '../../sim/cluster.ts';

const ships = '/apis/example.com/v1/namespaces/default/ships';
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'ships.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'ships', kind: 'Ship' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
  },
};
const ship = (name: string) => ({ apiVersion: 'example.com/v1', kind: 'Ship', metadata: { name } });

it('quotas count custom objects, also of kinds that are defined after the quota, and refuse more of them', async (t) => {
  const cluster = await simCluster({ controllers: ['resourcequota-controller'] }, t);
  const metadata = { name: 'q', namespace: 'default' };
  const spec = { hard: { 'count/ships.example.com': '2' } };
  await cluster.client.create(ResourceQuota, { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec });
  await cluster.settle();
  const used = async () =>
    (await cluster.client.get(ResourceQuota, 'q', 'default')).status?.used?.['count/ships.example.com'];
  assert.equal(await used(), '0');
  await cluster.call('POST', definitions, definition);
  await cluster.settle();
  assert.equal((await cluster.call('POST', ships, ship('argo'))).status, 201);
  assert.equal(await used(), '1', 'charged before it is stored');
  assert.equal((await cluster.call('POST', ships, ship('beagle'))).status, 201);
  const refused = await cluster.call('POST', ships, ship('calypso'));
  assert.match(
    refused.body.message,
    /exceeded quota: q, requested: count\/ships\.example\.com=1, used: count\/ships\.example\.com=2, limited: count\/ships\.example\.com=2$/,
  );
  await cluster.call('DELETE', `${ships}/argo`);
  await cluster.until('a deletion is counted', async () => (await used()) === '1', 5_000);
  await cluster.call('DELETE', `${definitions}/ships.example.com`);
  await cluster.until('nothing is left', async () => (await used()) === '0', 5_000);
});
