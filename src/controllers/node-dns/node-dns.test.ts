import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { publishDns } from '../../network/dns/publish.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';

const controllers = ['node-dns-controller'];

async function node(
  cluster: SimCluster,
  name: string,
  addresses: readonly string[],
  answers = true,
): Promise<void> {
  await cluster.client.create(Node, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, ...(answers && { annotations: { 'tiphys.io/dns': 'true' } }) },
  });
  await report(cluster, name, addresses, true);
}

/** What servers write down with the first token. */
const installed = (cluster: SimCluster) =>
  cluster.client.create(ConfigMap, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      ...{ name: 'kubelet-config', namespace: 'kube-system' },
      annotations: { 'tiphys.io/dns': 'node-agents' },
    },
  });

const report = (cluster: SimCluster, name: string, addresses: readonly string[], ready: boolean) => {
  const status = {
    addresses: addresses.map((address) => ({ type: 'InternalIP', address })),
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'Unknown' }],
  };
  return cluster.client.patch(Node, name, undefined, 'merge', { status }, { subresource: 'status' });
};

async function shown(cluster: SimCluster) {
  await cluster.settle();
  const { items } = await cluster.client.list(EndpointSlice, { namespace: 'kube-system' });
  return items.map(({ metadata, addressType, endpoints }) => [
    metadata.name,
    addressType,
    ...(endpoints ?? []).map(
      ({ addresses, conditions, nodeName, hints }) =>
        `${addresses} of ${nodeName} for ${hints?.forNodes?.map(({ name }) => name)}${conditions?.ready ? '' : ', not ready'}`,
    ),
  ]);
}

test('the Service leads pods to their own node’s server, and away from nodes that are not ready', async (t) => {
  const cluster = await simCluster({ controllers }, t);
  await installed(cluster);
  await node(cluster, 'n2', ['192.0.2.2', '2001:db8::2']);
  await node(cluster, 'n1', ['192.0.2.1']);
  await node(cluster, 'other', ['192.0.2.9'], false);
  assert.deepEqual(await shown(cluster), [
    ['kube-dns-nodes-ipv4', 'IPv4', '192.0.2.1 of n1 for n1', '192.0.2.2 of n2 for n2'],
    ['kube-dns-nodes-ipv6', 'IPv6', '2001:db8::2 of n2 for n2'],
  ]);
  const { spec } = await cluster.client.get(Service, 'kube-dns', 'kube-system');
  assert.equal(spec?.clusterIP, '10.96.0.10');
  assert.equal(spec?.trafficDistribution, 'PreferSameNode');
  await report(cluster, 'n1', ['192.0.2.1'], false);
  assert.deepEqual((await shown(cluster))[0], [
    'kube-dns-nodes-ipv4',
    'IPv4',
    '192.0.2.1 of n1 for n1, not ready',
    '192.0.2.2 of n2 for n2',
  ]);
  await cluster.client.delete(Node, 'n2');
  assert.equal((await shown(cluster)).length, 1);
  await cluster.client.delete(Node, 'n1');
  assert.deepEqual(await shown(cluster), []);
});

test('a node with addresses that no endpoint may have keeps no other node from being served', async (t) => {
  const cluster = await simCluster({ controllers }, t);
  await installed(cluster);
  await node(cluster, 'n1', ['192.0.2.1', '2001:DB8:0::1']);
  await node(cluster, 'n2', [
    '127.0.0.1',
    '169.254.1.1',
    '::1',
    '::ffff:192.0.2.9',
    'fe80::1',
    'name.example',
  ]);
  await node(cluster, 'n3', ['192.0.2.3']);
  assert.deepEqual(await shown(cluster), [
    ['kube-dns-nodes-ipv4', 'IPv4', '192.0.2.1 of n1 for n1', '192.0.2.3 of n3 for n3'],
    ['kube-dns-nodes-ipv6', 'IPv6', '2001:db8::1 of n1 for n1'],
  ]);
});

test('a cluster with DNS of its own is left alone', async (t) => {
  const cluster = await simCluster({ controllers }, t);
  await installed(cluster);
  await cluster.client.create(Service, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: 'kube-system' },
    spec: { selector: { 'k8s-app': 'kube-dns' }, ports: [{ port: 53, protocol: 'UDP' }] },
  });
  await node(cluster, 'n1', ['192.0.2.1']);
  assert.deepEqual(await shown(cluster), []);
});

test('a node that says it answers gets no part in a Service whose endpoints are others', async (t) => {
  const cluster = await simCluster({ controllers }, t);
  await installed(cluster);
  await cluster.client.create(Service, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: 'kube-system' },
    spec: { ports: [{ port: 53, protocol: 'UDP' }] },
  });
  await cluster.client.create(EndpointSlice, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'kube-dns',
      namespace: 'kube-system',
      labels: { 'kubernetes.io/service-name': 'kube-dns' },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['192.0.2.53'] }],
    ports: [{ port: 53, protocol: 'UDP' }],
  });
  await node(cluster, 'n1', ['192.0.2.1']);
  assert.deepEqual(
    (await shown(cluster)).map(([name]) => name),
    ['kube-dns'],
  );
  await cluster.client.delete(EndpointSlice, 'kube-dns', 'kube-system');
  assert.deepEqual(
    (await shown(cluster)).map(([name]) => name),
    ['kube-dns-nodes-ipv4'],
  );
});

test('a cluster whose nodes answer no names gets no Service', async (t) => {
  const cluster = await simCluster({ controllers }, t);
  await installed(cluster);
  await node(cluster, 'n1', ['192.0.2.1'], false);
  assert.deepEqual(await shown(cluster), []);
  assert.deepEqual((await cluster.client.list(Service, { namespace: 'kube-system' })).items, []);
});

test('a node that says it answers makes no Service where the cluster does not say that agents do', async (t) => {
  const cluster = await simCluster({ controllers }, t);
  await node(cluster, 'n1', ['192.0.2.1']);
  assert.deepEqual(await shown(cluster), []);
  assert.deepEqual((await cluster.client.list(Service, { namespace: 'kube-system' })).items, []);
  await installed(cluster);
  await cluster.clock.step(61_000);
  assert.equal((await shown(cluster)).length, 1);
});

test('what an agent by itself has left gives way to nodes that answer, when its machine is there no longer', async (t) => {
  const cluster = await simCluster({ controllers }, t);
  await installed(cluster);
  await node(cluster, 'alone', ['192.0.2.53'], false);
  await publishDns(cluster.client, { clusterIPs: ['10.96.0.10'], addresses: ['192.0.2.53'] });
  await node(cluster, 'n1', ['192.0.2.1']);
  const names = async () => (await shown(cluster)).map(([name]) => name);
  assert.deepEqual(await names(), ['kube-dns'], 'it answers');
  await report(cluster, 'alone', ['192.0.2.53'], false);
  assert.deepEqual(await names(), ['kube-dns-nodes-ipv4']);
});

test('the server of `tiphys up` is not in the way of nodes that join it, nor they in its', async (t) => {
  const cluster = await simCluster({ controllers }, t);
  await installed(cluster);
  await cluster.client.create(EndpointSlice, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      ...{ name: 'the-server', namespace: 'default' },
      labels: { 'kubernetes.io/service-name': 'kubernetes' },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['192.0.2.53'] }],
  });
  await publishDns(cluster.client, { clusterIPs: ['10.96.0.10'], addresses: ['192.0.2.53'] });
  await node(cluster, 'n1', ['192.0.2.1']);
  assert.deepEqual(
    (await shown(cluster)).map(([name]) => name),
    ['kube-dns'],
  );
});
