import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { simCluster } from '../../sim/cluster.ts';
import type { Machine } from './machine.ts';
import { capacityOf, nodeObject, nodeStatus } from './node-object.ts';

const machine: Machine = {
  milliCpu: 4000,
  memoryBytes: 8 * 2 ** 30,
  diskBytes: 100 * 2 ** 30,
  architecture: 'amd64',
  kernelVersion: '6',
  osImage: 'Linux',
  machineID: 'm',
  systemUUID: 's',
  bootID: 'b',
};
const settings = {
  nodeName: 'n1',
  hostIPs: ['192.0.2.1'],
  kubeletPort: 10250,
  labels: { zone: 'a' },
  taints: [],
  capacity: { cpu: '1' },
  maxPods: 110,
};
const condition = (type: string, status: boolean) => ({ type, status, reason: 'Why', message: 'because' });
const facts = (network: boolean) => ({
  machine,
  version: { runtimeName: 'containerd', runtimeVersion: '1', runtimeApiVersion: 'v1' },
  runtime: {
    conditions: [condition('RuntimeReady', true), condition('NetworkReady', network)],
    runtimeHandlers: [],
    supplementalGroupsPolicy: network,
  },
  images: [],
  pressure: { memory: false, disk: false, pids: false },
  now: 0,
});

test('capacity is the machine’s, unless the node is given its own', () => {
  const capacity = capacityOf(settings, machine);
  assert.equal(capacity.cpu, '1');
  assert.equal(capacity.memory, '8Gi');
  assert.equal(capacity.pods, '110');
});

test('whether Strict is possible for supplementalGroupsPolicy is what the runtime says', () => {
  const featuresOf = (given: Parameters<typeof nodeStatus>[1]) =>
    nodeStatus(settings, given, undefined).features;
  assert.deepEqual(featuresOf(facts(true)), { supplementalGroupsPolicy: true });
  assert.deepEqual(featuresOf({ ...facts(true), runtime: undefined }), { supplementalGroupsPolicy: false });
});

test('what a handler of the runtime can do is told', () => {
  const features = { recursiveReadOnlyMounts: true, userNamespaces: false };
  const runtimeHandlers = [{ name: '', features }];
  const given = facts(true);
  const { runtimeHandlers: told } = nodeStatus(
    settings,
    { ...given, runtime: { ...given.runtime, runtimeHandlers } },
    undefined,
  );
  assert.deepEqual(told, runtimeHandlers);
});

test('a node carries its labels and is ready only when the network is', () => {
  const ready = nodeObject(settings, facts(true));
  assert.equal(ready.metadata.labels?.['kubernetes.io/hostname'], 'n1');
  assert.equal(ready.metadata.labels?.zone, 'a');
  const stateOf = (network: boolean) =>
    nodeStatus(settings, facts(network), undefined).conditions?.find((c) => c.type === 'Ready');
  assert.equal(stateOf(true)?.reason, 'KubeletReady');
  assert.equal(stateOf(false)?.status, 'False');
  assert.equal(
    stateOf(false)?.message,
    'container runtime network not ready: NetworkReady=false reason:Why message:because',
  );
});

test('a node of a cloud takes pods when the cloud has initialized it, which also has its addresses', () => {
  const given = { ...settings, externalCloud: true };
  const { metadata, spec, status } = nodeObject(given, facts(true));
  const key = 'node.cloudprovider.kubernetes.io/uninitialized';
  assert.deepEqual(spec?.taints, [{ key, value: 'true', effect: 'NoSchedule' }]);
  assert.equal(metadata.annotations?.['alpha.kubernetes.io/provided-node-ip'], '192.0.2.1');
  assert.equal(status?.addresses?.[0]?.address, '192.0.2.1');
  const unknown = nodeObject({ ...given, addressesFromCloud: true, providerID: 'acme://1' }, facts(true));
  assert.deepEqual(unknown.status?.addresses, [], 'without --node-ip');
  assert.equal(unknown.metadata.annotations?.['alpha.kubernetes.io/provided-node-ip'], undefined);
  assert.equal(unknown.spec?.providerID, 'acme://1');
  const addresses = [{ type: 'ExternalIP', address: '198.51.100.1' }];
  assert.deepEqual(nodeStatus(given, facts(true), { addresses }).addresses, addresses);
  assert.notDeepEqual(nodeStatus(settings, facts(true), { addresses }).addresses, addresses);
  const plain = nodeObject(settings, facts(true));
  assert.deepEqual(
    [plain.spec?.taints, plain.metadata.annotations?.['alpha.kubernetes.io/provided-node-ip']],
    [...[undefined, undefined]],
  );
});

test('the kubelet registers its node, renews its lease every 10 s and reports a change at once', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { client, clock } = cluster;
  const { runtime } = cluster.node();
  const node = await client.get(Node, 'node1');
  assert.equal(node.status?.conditions?.find((c) => c.type === 'Ready')?.status, 'True');
  assert.deepEqual(node.status?.addresses, [
    { type: 'InternalIP', address: '10.77.0.1' },
    { type: 'Hostname', address: 'node1' },
  ]);
  const renewed = async () => (await client.get(Lease, 'node1', 'kube-node-lease')).spec?.renewTime;
  const first = await cluster.until('the first lease', renewed);
  const version = node.metadata.resourceVersion;
  await clock.step(10_000);
  await cluster.until('a later lease', async () => (await renewed()) !== first);
  // Nothing has changed but the time: the round amounts of the machine are stored in another form than they are read.
  assert.equal((await client.get(Node, 'node1')).metadata.resourceVersion, version);
  runtime.networkReady = false;
  await cluster.until(
    'NotReady',
    async () =>
      (await client.get(Node, 'node1')).status?.conditions?.find((c) => c.type === 'Ready')?.status ===
      'False',
    5000,
  );
});

test('an extended resource that others write to the capacity becomes allocatable, and goes with it', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { client, clock } = cluster;
  const name = 'example.com/dongle';
  const capacity = (amount: string | null) =>
    client.patch(
      Node,
      'node1',
      undefined,
      'merge',
      { status: { capacity: { [name]: amount } } },
      {
        subresource: 'status',
      },
    );
  const allocatable = async () => (await client.get(Node, 'node1')).status?.allocatable?.[name];
  await capacity('1k');
  await clock.step(10_000);
  await cluster.until('the resource is allocatable', async () => (await allocatable()) === '1k');
  await capacity(null);
  await clock.step(10_000);
  await cluster.until('the resource is gone', async () => (await allocatable()) === undefined);
});

test('two addresses of one type stay two when the status is reported', async (t) => {
  const nodeIPs = ['10.77.0.1', '10.77.0.2'];
  const cluster = await simCluster({ nodes: [{ kubelet: { nodeIPs } }] }, t);
  const { client } = cluster;
  const { runtime } = cluster.node();
  runtime.networkReady = false;
  const status = await cluster.until(
    'the report',
    async () => {
      const found = (await client.get(Node, 'node1')).status;
      return found?.conditions?.some((c) => c.type === 'Ready' && c.status === 'False') ? found : undefined;
    },
    5000,
  );
  assert.deepEqual(
    status.addresses?.map(({ address }) => address),
    [...nodeIPs, 'node1'],
  );
});

test('a Node that exists keeps its taints and gets its labels back; a deleted one is registered again', async (t) => {
  const cluster = await simCluster({ nodes: 1 }, t);
  const { client } = cluster;
  const { runtime } = cluster.node();
  await cluster.node().stop();
  const taint = { key: 'dedicated', effect: 'NoSchedule' };
  await client.patch(Node, 'node1', undefined, 'merge', {
    metadata: { labels: { 'kubernetes.io/os': null, mine: 'kept' } },
    spec: { taints: [taint] },
  });
  await cluster.node().start();
  const node = await client.get(Node, 'node1');
  assert.equal(node.metadata.labels?.['kubernetes.io/os'], 'linux');
  assert.equal(node.metadata.labels?.mine, 'kept');
  assert.ok(node.spec?.taints?.some(({ key }) => key === 'dedicated'));
  await client.delete(Node, 'node1');
  runtime.networkReady = false;
  const uid = node.metadata.uid;
  await cluster.until(
    'another Node',
    async () => {
      const { items } = await client.list(Node);
      return items[0] !== undefined && items[0].metadata.uid !== uid;
    },
    5000,
  );
});

test('a node that was silent until it counted as lost corrects its status with its next lease', async (t) => {
  const cluster = await simCluster({ nodes: 1, controllers: ['node-lifecycle-controller'] }, t);
  const ready = async () =>
    (await cluster.client.get(Node, 'node1')).status?.conditions?.find((c) => c.type === 'Ready')?.status;
  cluster.node().apiServer.setAway(true);
  await cluster.until('the node is lost', async () => (await ready()) === 'Unknown', 1000);
  cluster.node().apiServer.setAway(false);
  const before = cluster.clock.now();
  await cluster.until('the node is ready', async () => (await ready()) === 'True', 1000);
  const took = cluster.clock.now() - before;
  assert.ok(took <= 11_000, `took ${took} ms`);
});

test('a Node that is deleted, and its lease with it, is registered again with the next lease', async (t) => {
  const cluster = await simCluster({ nodes: 1, controllers: ['generic-garbage-collector'] }, t);
  const { client, clock } = cluster;
  const leases = async () => (await client.list(Lease, { namespace: 'kube-node-lease' })).items;
  await cluster.until('a lease with an owner', async () => (await leases())[0]?.metadata.ownerReferences);
  await client.delete(Node, 'node1');
  const before = clock.now();
  await cluster.until('the Node', async () => (await client.list(Node)).items.length === 1, 1000);
  assert.ok(clock.now() - before <= 21_000, `took ${clock.now() - before} ms`);
});

test('what the kubelet reports leaves the addresses alone that a cloud has given', async (t) => {
  const cluster = await simCluster({ nodes: [{ kubelet: { externalCloud: true } }] }, t);
  const { client } = cluster;
  const given = { type: 'ExternalIP', address: '198.51.100.1' };
  const addresses = [{ $patch: 'replace' }, given];
  await client.patch(
    Node,
    'node1',
    undefined,
    'strategic',
    { status: { addresses } },
    { subresource: 'status' },
  );
  const heard = async () =>
    (await client.get(Node, 'node1')).status?.conditions?.find(({ type }) => type === 'Ready')
      ?.lastHeartbeatTime;
  const before = await heard();
  await cluster.step(6 * 60_000);
  assert.notEqual(await heard(), before);
  assert.deepEqual((await client.get(Node, 'node1')).status?.addresses, [given]);
});
