import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Service } from '../../../api/kinds/core/v1/service.ts';
import { isNotFound } from '../../../api/status/status-error.ts';
import { silentLogger } from '../../../kit/log.ts';
import { simCluster } from '../../../sim/cluster.ts';
import { aService } from '../../../sim/objects/service.ts';
import { startCloudControllers } from '../start.ts';

test('in a cluster that has no load balancers any more a Service loses address and finalizer, and can go', async (context) => {
  const cluster = await simCluster();
  context.after(() => cluster.stop());
  const { client } = cluster;
  const finalizers = ['service.kubernetes.io/load-balancer-cleanup', 'example.com/other'];
  for (const name of ['stays', 'goes']) {
    const service = aService(name, { type: 'LoadBalancer' });
    await client.create(Service, { ...service, metadata: { ...service.metadata, finalizers } });
    const status = { loadBalancer: { ingress: [{ ip: '127.0.0.1', ipMode: 'Proxy' as const }] } };
    await client.patch(Service, name, 'default', 'merge', { status }, { subresource: 'status' });
  }
  await client.delete(Service, 'goes', 'default');
  const running = startCloudControllers({ ...cluster, log: silentLogger }, { noLoadBalancers: true });
  context.after(() => running.stop());
  await running.started;
  await cluster.settle();
  for (const name of ['stays', 'goes']) {
    const { metadata, status } = await client.get(Service, name, 'default');
    assert.deepEqual(metadata.finalizers, ['example.com/other'], name);
    assert.equal(status?.loadBalancer?.ingress, undefined, name);
  }
  await client.patch(Service, 'goes', 'default', 'merge', { metadata: { finalizers: null } });
  await assert.rejects(client.get(Service, 'goes', 'default'), isNotFound);
});
