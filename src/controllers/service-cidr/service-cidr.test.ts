import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf } from '../../api/addresses/prefix.ts';
import type { ServiceCIDR } from '../../api/kinds/networking/v1/service-cidr.ts';
import { create } from '../../sim/api-calls.ts';
import { simCluster } from '../../sim/cluster.ts';
import { aService } from '../../sim/objects/service.ts';
import { mayGo } from './plan.ts';

const SERVICES = '/api/v1/namespaces/default/services';
const CIDRS = '/apis/networking.k8s.io/v1/servicecidrs';
const aCidr = (name: string, ...cidrs: string[]): ServiceCIDR => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'ServiceCIDR',
  metadata: { name },
  spec: { cidrs },
});

test('a ServiceCIDR becomes ready and is protected by a finalizer', async () => {
  const cluster = await simCluster({ controllers: ['service-cidr-controller'] });
  await create(cluster, CIDRS, aCidr('more', '10.97.0.0/24'));
  await cluster.settle();
  const { metadata, status } = (await cluster.call('GET', `${CIDRS}/more`)).body;
  assert.deepEqual(metadata.finalizers, ['networking.k8s.io/service-cidr-finalizer']);
  const [{ lastTransitionTime, ...ready }] = status.conditions;
  assert.deepEqual(ready, {
    type: 'Ready',
    status: 'True',
    reason: '',
    message: 'Kubernetes Service CIDR is ready',
  });
  const own = (await cluster.call('GET', `${CIDRS}/kubernetes`)).body;
  assert.equal(own.status.conditions[0].message, 'Kubernetes Service CIDR is ready');
  assert.deepEqual(own.spec.cidrs, ['10.96.0.0/16']);
});

test('a ServiceCIDR whose addresses are used stays until they are free, and ten seconds more', async () => {
  const cluster = await simCluster({ controllers: ['service-cidr-controller'] });
  await create(cluster, CIDRS, aCidr('more', '10.97.0.0/24'));
  await create(cluster, SERVICES, aService('web', { clusterIP: '10.97.0.5' }));
  await cluster.settle();
  await cluster.call('DELETE', `${CIDRS}/more`);
  await cluster.step(60_000);
  const { status } = (await cluster.call('GET', `${CIDRS}/more`)).body;
  const [{ lastTransitionTime, ...condition }] = status.conditions;
  assert.deepEqual(condition, {
    type: 'Ready',
    status: 'False',
    reason: 'Terminating',
    message:
      'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
  });
  await cluster.call('DELETE', `${SERVICES}/web`);
  await cluster.settle();
  assert.equal((await cluster.call('GET', `${CIDRS}/more`)).status, 404);
});

test('a ServiceCIDR that is not used goes after ten seconds, and the default one is made again', async () => {
  const cluster = await simCluster({ controllers: ['service-cidr-controller'] });
  await create(cluster, CIDRS, aCidr('all', '10.96.0.0/12'));
  await cluster.settle();
  await cluster.call('DELETE', `${CIDRS}/kubernetes`);
  const { uid } = (await cluster.call('GET', `${CIDRS}/kubernetes`)).body.metadata;
  await cluster.step(9_000);
  assert.equal((await cluster.call('GET', `${CIDRS}/kubernetes`)).body.metadata.uid, uid);
  await cluster.step(12_000);
  const again = (await cluster.call('GET', `${CIDRS}/kubernetes`)).body;
  assert.notEqual(again.metadata.uid, uid);
  assert.equal(again.status.conditions[0].status, 'True');
});

test('addresses keep the only range that has them', () => {
  const a = aCidr('a', '10.0.0.0/24');
  const used = [addressOf('10.0.0.9')!];
  const may = (...others: ServiceCIDR[]) => mayGo(a, [a, ...others], used);
  assert.ok(!may());
  assert.ok(may(aCidr('same', '10.0.0.0/24')));
  assert.ok(may(aCidr('larger', '10.0.0.0/16')));
  assert.ok(may(aCidr('part', '10.0.0.8/29')));
  assert.ok(!may(aCidr('other part', '10.0.0.16/28')));
  assert.ok(!may(aCidr('its network address', '10.0.0.9/32')));
  assert.ok(mayGo(a, [a], [addressOf('10.0.1.9')!]));
});
