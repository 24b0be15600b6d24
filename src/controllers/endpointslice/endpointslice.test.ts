import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Endpoints } from '../../api/kinds/core/v1/endpoints.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import type { Endpoint, EndpointSlice as Slice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { addNode } from '../../sim/by-hand/nodes.ts';
import { setReady } from '../../sim/by-hand/pods.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aNode } from '../../sim/objects/node.ts';
import { aContainer, aPod } from '../../sim/objects/pod.ts';
import { podsOf } from '../../sim/observe.ts';
import { planSlices, type Wanted } from './plan.ts';

const service = (spec: object = {}): Service =>
  ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default', labels: { team: 'a' } },
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }], ...spec },
  }) as Service;

const pod = (name: string, port = 8080): Pod => {
  const ports = [{ name: 'http', containerPort: port }];
  const spec = { nodeName: 'n1', containers: [aContainer('main', { ports })] };
  return aPod(name, spec, { labels: { app: 'web' } });
};

describe('endpoints and endpoint slices', () => {
  let cluster: SimCluster;
  beforeEach(async () => {
    cluster = await simCluster({ controllers: ['endpoint-controller', 'endpointslice-controller'] });
    await addNode(cluster, 'n1');
  });
  afterEach(() => cluster.stop());
  const slices = async () =>
    (
      await cluster.client.list(EndpointSlice, {
        namespace: 'default',
        labelSelector: 'kubernetes.io/service-name=web',
      })
    ).items;
  const endpoints = () => cluster.client.get(Endpoints, 'web', 'default');

  it('lists pods once they have an address, with their readiness', async () => {
    await cluster.client.create(Service, service());
    await cluster.client.create(Pod, pod('a'));
    await cluster.client.create(Pod, pod('b'));
    await cluster.settle();
    const [empty] = await slices();
    assert.deepEqual(empty?.endpoints ?? [], []);
    const [a, b] = await podsOf(cluster);
    await setReady(cluster, a!);
    await setReady(cluster, b!, false);
    await cluster.settle();
    const all = await slices();
    const filled = all.find((slice) => (slice.endpoints ?? []).length > 0);
    assert.deepEqual(
      filled?.endpoints?.map((e) => [e.targetRef?.name, e.nodeName, e.conditions]),
      [
        ['a', 'n1', { ready: true, serving: true, terminating: false }],
        ['b', 'n1', { ready: false, serving: false, terminating: false }],
      ],
    );
    assert.deepEqual(filled?.ports, [{ name: 'http', port: 8080, protocol: 'TCP' }]);
    assert.equal(
      filled?.metadata.labels?.['endpointslice.kubernetes.io/managed-by'],
      'endpointslice-controller.k8s.io',
    );
    assert.equal(filled?.metadata.labels?.team, 'a');
    assert.equal(filled?.metadata.ownerReferences?.[0]?.kind, 'Service');
    const legacy = await endpoints();
    assert.equal(legacy.subsets?.[0]?.addresses?.[0]?.targetRef?.name, 'a');
    assert.equal(legacy.subsets?.[0]?.notReadyAddresses?.[0]?.targetRef?.name, 'b');
  });

  it('keeps a terminating pod as serving but not ready', async () => {
    await cluster.client.create(Service, service());
    await cluster.client.create(Pod, pod('a'));
    const [a] = await podsOf(cluster);
    await setReady(cluster, a!);
    await cluster.client.delete(Pod, 'a', 'default', { gracePeriodSeconds: 30 });
    await cluster.settle();
    const found = (await slices()).flatMap((slice) => slice.endpoints ?? []);
    assert.deepEqual(
      found.map((e) => e.conditions),
      [{ ready: false, serving: true, terminating: true }],
    );
    assert.deepEqual((await endpoints()).subsets ?? [], []);
  });

  it('reports unready pods as ready with publishNotReadyAddresses', async () => {
    await cluster.client.create(Service, service({ clusterIP: 'None', publishNotReadyAddresses: true }));
    await cluster.client.create(Pod, pod('a'));
    const [a] = await podsOf(cluster);
    await setReady(cluster, a!, false);
    await cluster.settle();
    const [slice] = (await slices()).filter((one) => (one.endpoints ?? []).length > 0);
    assert.deepEqual(slice?.endpoints?.[0]?.conditions, { ready: true, serving: false, terminating: false });
    assert.equal(slice?.metadata.labels?.['service.kubernetes.io/headless'], '');
  });

  it('sets topology hints with trafficDistribution', async () => {
    const labels = { 'topology.kubernetes.io/zone': 'east' };
    await cluster.client.patch(Node, 'n1', undefined, 'merge', { metadata: { labels } });
    await cluster.client.create(Service, service({ trafficDistribution: 'PreferSameNode' }));
    await cluster.client.create(Pod, pod('a'));
    await setReady(cluster, (await podsOf(cluster))[0]!);
    await cluster.settle();
    const [endpoint] = (await slices()).flatMap((slice) => slice.endpoints ?? []);
    assert.equal(endpoint?.zone, 'east');
    assert.deepEqual(endpoint?.hints, { forZones: [{ name: 'east' }], forNodes: [{ name: 'n1' }] });
  });

  it('lists a pod only while its node is there, unless every address is published', async () => {
    await cluster.client.create(Service, service());
    await cluster.client.create(Service, {
      ...service({ publishNotReadyAddresses: true }),
      metadata: { name: 'all', namespace: 'default' },
    });
    await cluster.client.create(Pod, pod('a'));
    await setReady(cluster, (await podsOf(cluster))[0]!);
    await cluster.settle();
    const names = async () => {
      const { items } = await cluster.client.list(EndpointSlice, { namespace: 'default' });
      const filled = items.filter(({ endpoints = [] }) => endpoints.length > 0);
      return filled.map(({ metadata }) => metadata.labels?.['kubernetes.io/service-name']).sort();
    };
    assert.deepEqual(await names(), ['all', 'web']);
    await cluster.client.delete(Node, 'n1');
    await cluster.client.patch(Service, 'web', 'default', 'merge', { metadata: { labels: { team: 'b' } } });
    await cluster.settle();
    assert.deepEqual(await names(), ['all']);
    // The next retry would be a minute away.
    await cluster.step(90_000);
    await cluster.client.create(Node, aNode('n1'));
    await cluster.settle();
    assert.deepEqual(await names(), ['all', 'web']);
  });

  it('does not use slices of an earlier service of the name', async () => {
    await cluster.client.create(Service, service());
    await cluster.settle();
    const [first] = await slices();
    const [owner] = first!.metadata.ownerReferences!;
    await cluster.client.patch(EndpointSlice, first!.metadata.name!, 'default', 'merge', {
      metadata: { ownerReferences: [{ ...owner, uid: 'earlier' }] },
    });
    await cluster.settle();
    const [second, ...others] = await slices();
    assert.notEqual(second?.metadata.uid, first?.metadata.uid);
    assert.equal(second?.metadata.ownerReferences?.[0]?.uid, owner!.uid);
    assert.deepEqual(others, []);
  });

  it('writes nothing when nothing changed, and counts what it does', async () => {
    await cluster.client.create(Service, service({ trafficDistribution: 'PreferClose' }));
    await cluster.client.create(Pod, pod('a'));
    await setReady(cluster, (await podsOf(cluster))[0]!);
    await cluster.settle();
    const versions = async () => (await slices()).map(({ metadata }) => metadata.resourceVersion);
    const before = await versions();
    await cluster.client.patch(Service, 'web', 'default', 'merge', { spec: { sessionAffinity: 'ClientIP' } });
    await cluster.settle();
    assert.deepEqual(await versions(), before);
    const text = cluster.metrics.render();
    for (const line of [
      'changes{operation="create"} 1',
      'changes{operation="update"} 1',
      'endpoints_desired 1',
      'num_endpoint_slices 1',
      'desired_endpoint_slices 1',
      'services_count_by_traffic_distribution{traffic_distribution="PreferClose"} 1',
      'endpoints_added_per_sync_sum 1',
    ])
      assert.ok(text.includes(`\nendpoint_slice_controller_${line}\n`), `${line} in\n${text}`);
  });

  it('removes a pod whose labels no longer match', async () => {
    await cluster.client.create(Service, service());
    await cluster.client.create(Pod, pod('a'));
    const [a] = await podsOf(cluster);
    await setReady(cluster, a!);
    await cluster.settle();
    await cluster.client.patch(Pod, 'a', 'default', 'merge', { metadata: { labels: { app: 'other' } } });
    await cluster.settle();
    assert.deepEqual(
      (await slices()).flatMap((slice) => slice.endpoints ?? []),
      [],
    );
  });
});

describe('planning slices', () => {
  const endpoint = (n: number, ready = true): Endpoint => ({
    addresses: [`10.0.${n >> 8}.${n & 255}`],
    conditions: { ready },
    targetRef: { kind: 'Pod', uid: `u${n}` },
  });
  const ports = [{ name: 'http', port: 80, protocol: 'TCP' as const }];
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => endpoint(from + i));
  const wanted = (endpoints: Endpoint[]): Wanted[] => [{ addressType: 'IPv4', ports, endpoints }];
  const slice = (name: string, endpoints: Endpoint[]): Slice => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name },
    addressType: 'IPv4',
    ports,
    endpoints,
  });

  it('fills slices with at most 100 endpoints each', () => {
    const plan = planSlices('IPv4', wanted(range(0, 250)), []);
    assert.deepEqual(
      plan.create.map((one) => one.endpoints.length),
      [100, 100, 50],
    );
  });

  it('updates only the slice that contains a changed endpoint', () => {
    const full = slice('full', range(0, 100));
    const half = slice('half', range(100, 150));
    const now = [...range(0, 120), endpoint(120, false), ...range(121, 150)];
    const plan = planSlices('IPv4', wanted(now), [full, half]);
    assert.deepEqual([plan.create.length, plan.remove.length, plan.update.length], [0, 0, 1]);
    assert.equal(plan.update[0]?.slice.metadata.name, 'half');
  });

  it('adds new endpoints to a slice with room, and deletes an empty one', () => {
    const one = slice('one', range(0, 3));
    const two = slice('two', range(100, 101));
    const plan = planSlices('IPv4', wanted(range(0, 5)), [one, two]);
    assert.deepEqual(
      plan.update.map((u) => [u.slice.metadata.name, u.contents.endpoints.length]),
      [['one', 5]],
    );
    assert.deepEqual(
      plan.remove.map((s) => s.metadata.name),
      ['two'],
    );
  });

  it('keeps one empty slice without endpoints, and then plans nothing', () => {
    const plan = planSlices('IPv4', [], []);
    assert.deepEqual(
      plan.create.map((one) => one.endpoints.length),
      [0],
    );
    const placeholder = { ...slice('p', []), ports: [] };
    const again = planSlices('IPv4', [], [placeholder]);
    assert.deepEqual([again.create.length, again.update.length, again.remove.length], [0, 0, 0]);
  });
});
