import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { prefixOf } from '../../api/addresses/prefix.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { addNode, setNodeReady } from '../../sim/by-hand/nodes.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aNode } from '../../sim/objects/node.ts';
import { eventsAbout } from '../../sim/observe.ts';
import { newAddresses, preferProvided } from './node/addresses.ts';
import { FakeCloud } from './provider.fake.ts';
import { planOf } from './routes/plan.ts';

const internal = (address: string) => ({ type: 'InternalIP', address });
const external = (address: string) => ({ type: 'ExternalIP', address });
const hostname = { type: 'Hostname', address: 'n1' };
const uninitialized = {
  key: 'node.cloudprovider.kubernetes.io/uninitialized',
  value: 'true',
  effect: 'NoSchedule' as const,
};

describe('nodes of a cloud', () => {
  let cluster: SimCluster;
  let cloud: FakeCloud;
  beforeEach(async () => {
    cluster = await simCluster();
    cloud = new FakeCloud();
  });
  afterEach(async () => {
    await cloud.stop();
    await cluster.stop();
  });
  const read = (name: string) => cluster.client.get(Node, name);
  /** Not those that the API server sets on every new node. */
  const taintsOf = async (name: string) =>
    ((await read(name)).spec?.taints ?? []).filter(({ key }) => key.includes('cloudprovider'));
  const register = async (name: string, annotations = {}) => {
    const node = aNode(name, {}, { taints: [uninitialized] }, { annotations });
    await cluster.client.create(Node, { ...node, status: { ...node.status, addresses: [hostname] } });
    await cluster.settle();
  };

  it('get what the provider knows of their machine, and then take pods', async () => {
    cloud.machines.set('n1', {
      providerID: 'fake://1',
      instanceType: 'big',
      zone: 'a',
      region: 'r',
      addresses: [internal('192.0.2.1'), external('198.51.100.1')],
      labels: { 'fake.example/rack': '7', 'x.kubernetes.io/no': 'no' },
    });
    await cloud.run(cluster, ['instances']);
    await register('n1');
    const { metadata, spec, status } = await read('n1');
    assert.equal(spec?.providerID, 'fake://1');
    assert.deepEqual(await taintsOf('n1'), []);
    assert.deepEqual(metadata.labels, {
      'beta.kubernetes.io/instance-type': 'big',
      'node.kubernetes.io/instance-type': 'big',
      'failure-domain.beta.kubernetes.io/zone': 'a',
      'topology.kubernetes.io/zone': 'a',
      'failure-domain.beta.kubernetes.io/region': 'r',
      'topology.kubernetes.io/region': 'r',
      'fake.example/rack': '7',
    });
    assert.deepEqual(status?.addresses, [internal('192.0.2.1'), external('198.51.100.1'), hostname]);
    assert.deepEqual(await eventsAbout(cluster, 'n1'), ['Normal Synced Node synced successfully']);
    assert.match(cloud.metrics.render(), /node_controller_initial_node_sync_delay_seconds_count 1\n/);
  });

  it('stay as they are while the provider knows nothing of them, which is asked again every ten seconds', async () => {
    await cloud.run(cluster, ['instances']);
    await register('n1');
    assert.deepEqual(await taintsOf('n1'), [uninitialized]);
    cloud.machines.set('n1', { providerID: 'fake://1', addresses: [internal('192.0.2.1')] });
    await cluster.step(11_000);
    assert.deepEqual(await taintsOf('n1'), []);
  });

  it('are not initialized without an id, nor with a node IP that the provider does not have', async () => {
    cloud.machines.set('n1', { addresses: [] });
    cloud.machines.set('n2', { providerID: 'fake://2', addresses: [internal('192.0.2.2')] });
    await cloud.run(cluster, ['instances']);
    await register('n1');
    await register('n2', { 'alpha.kubernetes.io/provided-node-ip': '192.0.2.9' });
    for (const name of ['n1', 'n2']) assert.deepEqual(await taintsOf(name), [uninitialized]);
  });

  it('follow the provider’s addresses every five minutes, and the older labels at once', async () => {
    cloud.machines.set('n1', { providerID: 'fake://1', addresses: [internal('192.0.2.1')] });
    await cloud.run(cluster, ['instances']);
    await register('n1');
    cloud.machines.set('n1', { providerID: 'fake://1', addresses: [internal('192.0.2.2')] });
    await cluster.step(290_000);
    assert.deepEqual((await read('n1')).status?.addresses, [internal('192.0.2.1'), hostname]);
    await cluster.step(20_000);
    assert.deepEqual((await read('n1')).status?.addresses, [internal('192.0.2.2'), hostname]);

    const labels = { 'failure-domain.beta.kubernetes.io/zone': 'b' };
    await cluster.client.patch(Node, 'n1', undefined, 'merge', { metadata: { labels } });
    await cluster.settle();
    assert.equal((await read('n1')).metadata.labels?.['topology.kubernetes.io/zone'], 'b');
  });

  it('do not wait for one of them about whose machine the provider does not answer', async () => {
    for (const name of ['n1', 'n2']) await addNode(cluster, name);
    for (const name of ['n1', 'n2']) await setNodeReady(cluster, name, 'False');
    const { exists } = cloud.provider.instances;
    let answer = () => {};
    cloud.provider.instances.exists = async (node) => {
      if (node.metadata.name === 'n1') await new Promise<void>((resolve) => (answer = resolve));
      return exists(node);
    };
    cloud.machines.set('n1', { addresses: [] });
    await cloud.run(cluster, ['instances']);
    await cluster.step(5_500);
    const second = await read('n2').catch(isNotFound);
    // Before anything may fail: the controllers end when their calls have.
    answer();
    assert.equal(second, true);
  });

  it('are deleted when they are not ready and their machine is gone; a machine that is shut down taints them', async () => {
    for (const name of ['n1', 'n2', 'n3']) await addNode(cluster, name);
    cloud.machines.set('n2', { addresses: [] });
    await cloud.run(cluster, ['instances']);
    await setNodeReady(cluster, 'n1', 'False');
    await setNodeReady(cluster, 'n2', 'False');
    cloud.machines.set('n2', { addresses: [], shutDown: true });
    await cluster.step(5_500);
    await assert.rejects(read('n1'), isNotFound);
    assert.deepEqual(await eventsAbout(cluster, 'n1'), [
      'Normal DeletingNode Deleting node n1 because it does not exist in the cloud provider',
    ]);
    const shutdown = { key: 'node.cloudprovider.kubernetes.io/shutdown', effect: 'NoSchedule' };
    assert.deepEqual(await taintsOf('n2'), [shutdown]);
    await read('n3');
    await setNodeReady(cluster, 'n2', 'True');
    await cluster.step(5_500);
    assert.deepEqual(await taintsOf('n2'), []);
  });

  it('have routes for their pods, and a condition that says whether they have', async () => {
    const create = (name: string, ...podCIDRs: string[]) =>
      cluster.client.create(Node, aNode(name, {}, podCIDRs[0] ? { podCIDR: podCIDRs[0], podCIDRs } : {}));
    await create('n1', '10.0.1.0/24');
    await create('n2');
    cloud.routes = [
      { name: 'old', targetNode: 'gone', destinationCIDR: '10.0.9.0/24' },
      { name: 'foreign', targetNode: 'gone', destinationCIDR: '192.0.2.0/24' },
    ];
    await cloud.run(cluster, ['routes'], { routeRanges: [prefixOf('10.0.0.0/16')!] });
    await cluster.settle();
    const condition = async (name: string) =>
      (await read(name)).status?.conditions?.find(({ type }) => type === 'NetworkUnavailable')?.reason;
    assert.deepEqual(
      cloud.routes.map(({ targetNode, destinationCIDR }) => `${targetNode} ${destinationCIDR}`),
      ['gone 192.0.2.0/24', 'n1 10.0.1.0/24'],
    );
    assert.equal(await condition('n1'), 'RouteCreated');
    assert.equal(await condition('n2'), undefined);

    cloud.failures.set('create', new Error('no quota'));
    await create('n3', '10.0.3.0/24');
    await cluster.step(10_500);
    assert.equal(await condition('n3'), 'NoRouteCreated');
    const [event] = await eventsAbout(cluster, 'n3');
    assert.match(
      event ?? '',
      /^Warning FailedToCreateRoute Could not create route .* 10\.0\.3\.0\/24 for node n3 after/,
    );
    cloud.failures.clear();
    await cluster.step(10_500);
    assert.equal(await condition('n3'), 'RouteCreated');
    assert.match(cloud.metrics.render(), /route_controller_route_sync_total 3\n/);
  });

  it('have no routes made where the cluster does not ask for it', async () => {
    await cluster.client.create(Node, aNode('n1', {}, { podCIDR: '10.0.1.0/24' }));
    await cloud.run(cluster, ['routes']);
    await cluster.step(10_500);
    assert.deepEqual(cloud.calls, []);
  });
});

describe('the addresses of a node', () => {
  const given = (ip: string) =>
    aNode('n', {}, {}, { annotations: { 'alpha.kubernetes.io/provided-node-ip': ip } });
  const all = [
    internal('192.0.2.1'),
    internal('192.0.2.2'),
    external('198.51.100.1'),
    internal('2001:db8::1'),
  ];

  it('are those that the kubelet was given, and those of other types', () => {
    assert.deepEqual(preferProvided(aNode('n'), all), all);
    assert.deepEqual(preferProvided(given('192.0.2.2'), all), [
      internal('192.0.2.2'),
      external('198.51.100.1'),
    ]);
    assert.deepEqual(preferProvided(given('192.0.2.2,2001:DB8::1'), all), [
      internal('192.0.2.2'),
      internal('2001:db8::1'),
      external('198.51.100.1'),
    ]);
  });

  it('are wrong when the provider does not have what the kubelet was given', () => {
    const refused = (ip: string, message: string) =>
      assert.throws(() => preferProvided(given(ip), all), { message });
    refused('192.0.2.9', 'failed to get node address from cloud provider that matches ip: 192.0.2.9');
    refused('x', 'failed to parse node IP "x": could not parse "x"');
    refused(
      '192.0.2.1,192.0.2.2',
      'failed to parse node IP "192.0.2.1,192.0.2.2": must contain either a single IP or a dual-stack pair of IPs',
    );
  });

  it('are written when they differ', () => {
    const showing = { ...aNode('n1'), status: { addresses: [internal('192.0.2.1'), hostname] } } as Node;
    assert.equal(newAddresses(showing, [internal('192.0.2.1')]), undefined);
    assert.equal(newAddresses(showing, []), undefined);
    assert.deepEqual(newAddresses(showing, [internal('192.0.2.2')]), [internal('192.0.2.2'), hostname]);
  });
});

it('a route is made again when the addresses it leads to are not the node’s, and when it leads nowhere', () => {
  const node = {
    ...aNode('n', {}, { podCIDRs: ['10.0.1.0/24'] }),
    status: { addresses: [internal('192.0.2.1')] },
  };
  const ranges = [prefixOf('10.0.0.0/16')!];
  const route = { name: 'r', targetNode: 'n', destinationCIDR: '10.0.1.0/24' };
  const counts = (given: Parameters<typeof planOf>[1][number]) => {
    const { remove, create } = planOf([node as Node], [given], ranges);
    return [remove.length, create.length];
  };
  assert.deepEqual(counts(route), [0, 0]);
  assert.deepEqual(counts({ ...route, targetAddresses: [internal('192.0.2.1')] }), [0, 0]);
  assert.deepEqual(counts({ ...route, targetAddresses: [internal('192.0.2.2')] }), [1, 1]);
  assert.deepEqual(counts({ ...route, blackhole: true })[0], 1);
});
