import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { Service } from '../../../api/kinds/core/v1/service.ts';
import { isIncluded, takesTraffic } from '../../../api/nodes/balanced.ts';
import { isNotFound } from '../../../api/status/status-error.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';
import { aNode } from '../../../sim/objects/node.ts';
import { aService } from '../../../sim/objects/service.ts';
import { eventsAbout } from '../../../sim/observe.ts';
import { FakeCloud } from '../provider.fake.ts';
import { ImplementedElsewhere, RetryError } from '../provider.ts';
import { namesOf } from './nodes.ts';
import { needsUpdate } from './wants.ts';

const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';

describe('a LoadBalancer Service', () => {
  let cluster: SimCluster;
  let cloud: FakeCloud;
  beforeEach(async () => {
    cluster = await simCluster();
    cloud = new FakeCloud();
    await cluster.client.create(Node, aNode('n1'));
    await cloud.run(cluster, ['loadBalancers']);
  });
  afterEach(async () => {
    await cloud.stop();
    await cluster.stop();
  });

  const made = async (spec: Parameters<typeof aService>[1] = {}) => {
    const service = aService('web', { type: 'LoadBalancer', ...spec });
    await cluster.client.create(Service, service);
    await cluster.settle();
    return read();
  };
  const read = () => cluster.client.get(Service, 'web', 'default');
  const changed = async (patch: object) => {
    await cluster.client.patch(Service, 'web', 'default', 'merge', patch);
    await cluster.settle();
    return read();
  };
  const addresses = ({ status }: Service) => status?.loadBalancer?.ingress?.map(({ ip }) => ip) ?? [];

  it('gets a load balancer, its address, and a finalizer that lasts as long as the load balancer', async () => {
    const service = await made();
    assert.deepEqual(addresses(service), ['192.0.2.1']);
    assert.deepEqual(service.metadata.finalizers, ['service.kubernetes.io/load-balancer-cleanup']);
    assert.deepEqual(cloud.calls, ['ensure web n1']);
    assert.deepEqual(await eventsAbout(cluster, 'web'), [
      'Normal EnsuringLoadBalancer Ensuring load balancer',
      'Normal EnsuredLoadBalancer Ensured load balancer',
    ]);

    await cluster.client.delete(Service, 'web', 'default');
    await cluster.settle();
    await assert.rejects(read(), isNotFound);
    assert.deepEqual(cloud.calls, ['ensure web n1', 'remove web']);
    assert.deepEqual((await eventsAbout(cluster, 'web')).slice(2), [
      'Normal DeletingLoadBalancer Deleting load balancer',
      'Normal DeletedLoadBalancer Deleted load balancer',
    ]);
  });

  it('that is no LoadBalancer any more loses load balancer, address and finalizer', async () => {
    await made();
    const service = await changed({ spec: { type: 'ClusterIP', externalTrafficPolicy: null } });
    assert.deepEqual(addresses(service), []);
    assert.equal(service.metadata.finalizers, undefined);
    assert.deepEqual(cloud.calls, ['ensure web n1', 'remove web']);
  });

  it('with a class, or of another type, is left alone', async () => {
    const service = await made({ loadBalancerClass: 'example.com/lb' });
    await cluster.client.create(Service, aService('plain'));
    await cluster.settle();
    assert.equal(service.metadata.finalizers, undefined);
    assert.deepEqual(cloud.calls, []);
  });

  it('is asked for again when what concerns the load balancer changes, and not otherwise', async () => {
    await made();
    await changed({ metadata: { labels: { a: 'b' } }, spec: { selector: { a: 'b' } } });
    assert.equal(cloud.calls.length, 1);
    await changed({ metadata: { annotations: { a: 'b' } } });
    assert.equal(cloud.calls.length, 2);
    await changed({ spec: { ports: [{ port: 81 }] } });
    assert.equal(cloud.calls.length, 3);
  });

  it('whose load balancer fails says so and is tried again after 5 s, then 10 s', async () => {
    cloud.failures.set('ensure', new Error('no quota'));
    const service = await made();
    assert.deepEqual(addresses(service), []);
    const events = await eventsAbout(cluster, 'web');
    assert.equal(
      events[1],
      'Warning SyncLoadBalancerFailed Error syncing load balancer: failed to ensure load balancer: no quota',
    );
    await cluster.step(4_900);
    assert.equal(cloud.calls.length, 1);
    await cluster.step(200);
    assert.equal(cloud.calls.length, 2);
    await cluster.step(9_500);
    assert.equal(cloud.calls.length, 2);
    cloud.failures.clear();
    await cluster.step(1_000);
    assert.deepEqual(addresses(await read()), ['192.0.2.1']);
  });

  it('is asked for again after the time that the provider gives, and shows meanwhile what it says', async () => {
    cloud.failures.set('ensure', new RetryError('not yet', 1_000, { ingress: [{ hostname: 'soon' }] }));
    const service = await made();
    assert.deepEqual(service.status?.loadBalancer?.ingress, [{ hostname: 'soon' }]);
    cloud.failures.clear();
    await cluster.step(900);
    assert.equal(cloud.calls.length, 1);
    await cluster.step(200);
    assert.deepEqual(addresses(await read()), ['192.0.2.1']);
  });

  it('that somebody else serves keeps its status', async () => {
    cloud.failures.set('ensure', new ImplementedElsewhere());
    const service = await made();
    assert.deepEqual(addresses(service), []);
    assert.ok(!(await eventsAbout(cluster, 'web')).some((event) => event.startsWith('Warning')));
  });

  it('stays until its load balancer could be removed', async () => {
    await made();
    cloud.failures.set('remove', new Error('busy'));
    await cluster.client.delete(Service, 'web', 'default');
    await cluster.settle();
    assert.ok((await read()).metadata.deletionTimestamp);
    const message = 'Error syncing load balancer: failed to delete load balancer: busy';
    assert.ok((await eventsAbout(cluster, 'web')).includes(`Warning SyncLoadBalancerFailed ${message}`));
    cloud.failures.clear();
    await cluster.step(5_100);
    await assert.rejects(read(), isNotFound);
  });

  it('whose finalizer was taken away loses its load balancer when it is gone', async () => {
    await made();
    await cluster.client.patch(Service, 'web', 'default', 'merge', { metadata: { finalizers: null } });
    await cluster.client.delete(Service, 'web', 'default');
    await cluster.settle();
    assert.deepEqual(cloud.calls.at(-1), 'remove web');
  });

  it('gets the nodes that come and go, and is made anew when that fails', async () => {
    await made();
    const { client } = cluster;
    await client.create(Node, aNode('n2'));
    await cluster.settle();
    await client.create(Node, aNode('n3', {}, {}, { labels: { [EXCLUDED]: '' } }));
    await cluster.settle();
    assert.deepEqual(cloud.calls, ['ensure web n1', 'update web n1 n2']);
    await client.patch(Node, 'n3', undefined, 'merge', { metadata: { labels: { [EXCLUDED]: null } } });
    await cluster.settle();
    assert.deepEqual(cloud.calls.at(-1), 'update web n1 n2 n3');

    cloud.failures.set('update', new Error('slow'));
    await client.delete(Node, 'n3');
    await cluster.settle();
    assert.deepEqual(cloud.calls.slice(-2), ['update web n1 n2', 'ensure web n1 n2']);
    const events = await eventsAbout(cluster, 'web');
    assert.ok(events.includes('Normal UpdatedLoadBalancer Updated load balancer with new hosts'));
    const message =
      'Error updating load balancer with new hosts [n1 n2] [node names limited, total number of nodes: 2], error: slow';
    assert.ok(events.includes(`Warning UpdateLoadBalancerFailed ${message}`), events.join('\n'));
    const metrics = cloud.metrics.render();
    assert.match(metrics, /service_controller_loadbalancer_sync_total 3\n/);
    assert.match(metrics, /service_controller_nodesync_error_total 1\n/);
  });

  it('says that there are no nodes', async () => {
    await cluster.client.delete(Node, 'n1');
    await made();
    const events = await eventsAbout(cluster, 'web');
    assert.ok(
      events.includes('Warning UnAvailableLoadBalancer There are no available nodes for LoadBalancer'),
    );
  });
});

it('nodes take traffic unless a label or the cluster autoscaler takes them out', () => {
  const labelled = (value: string) => aNode('n', {}, {}, { labels: { [EXCLUDED]: value } });
  assert.deepEqual(
    ['', 'true', 'foo', 'false', '0'].map((value) => isIncluded(labelled(value))),
    [...[false, false, false], ...[true, true]],
  );
  const taints = [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' as const }];
  assert.equal(takesTraffic(aNode('n', {}, { taints })), false);
  assert.equal(takesTraffic(aNode('n', {}, {}, { deletionTimestamp: '2026-01-01T00:00:00Z' })), false);
  const many = Array.from({ length: 22 }, (_, i) => aNode(`n${i + 10}`));
  assert.match(namesOf(many), /^\[n10 .* n29 <2 more>\]$/);
});

it('a change of whether there is to be a load balancer concerns it, whatever else is equal', () => {
  const plain = aService('web');
  const balanced = aService('web', { type: 'LoadBalancer' });
  assert.equal(needsUpdate(plain, balanced), true);
  assert.equal(needsUpdate(balanced, plain), true);
  assert.equal(needsUpdate(plain, aService('web', { externalIPs: ['192.0.2.1'] })), false);
  const again = { ...balanced, metadata: { ...balanced.metadata, uid: 'another' } };
  assert.equal(needsUpdate(balanced, again), true);
  assert.equal(
    needsUpdate(balanced, aService('web', { type: 'LoadBalancer', sessionAffinity: 'ClientIP' })),
    true,
  );
});
