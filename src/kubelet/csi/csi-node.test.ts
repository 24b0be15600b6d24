// What the API knows of a node's drivers, written by a kubelet with a node's rights.
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { CSINode } from '../../api/kinds/storage/v1/csi-node.ts';
import { silentLogger } from '../../kit/log.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { CsiMetrics } from './csi-metrics.ts';
import { CsiNodeWriter, NODE_IDS } from './csi-node.ts';
import { ScriptedDriver } from './driver.fake.ts';
import { CsiDrivers } from './drivers.ts';
import { CsiRegistration } from './registration.ts';

const NAME = 'd.example.com';

function aDriver(): ScriptedDriver {
  const driver = new ScriptedDriver(NAME);
  driver.info = {
    nodeId: 'id-1',
    maxVolumesPerNode: 7,
    accessibleTopology: { segments: { 'd.example.com/zone': 'a' } },
  };
  return driver;
}

const readyNode = (cluster: SimCluster): Promise<Node> =>
  cluster.until('the node is ready', async () => {
    const node = await cluster.client.get(Node, 'node1');
    return node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
      ? node
      : undefined;
  });

describe('a node', () => {
  it('has a CSINode of its own once it is ready, also without drivers', async (t) => {
    const cluster = await simCluster({ nodes: 1 }, t);
    const node = await readyNode(cluster);
    const csiNode = await cluster.client.get(CSINode, 'node1');
    const owner = { apiVersion: 'v1', kind: 'Node', name: 'node1', uid: node.metadata.uid };
    assert.deepEqual(csiNode.metadata.ownerReferences, [owner]);
    assert.deepEqual(csiNode.spec, { drivers: [] });
  });

  it('shows drivers of the kubelet’s process from the start', async (t) => {
    const csiDrivers = [{ name: NAME, caller: aDriver().caller }];
    const cluster = await simCluster({ nodes: [{ kubelet: { csiDrivers } }] }, t);
    const { metadata } = await readyNode(cluster);
    assert.equal(metadata.labels?.['d.example.com/zone'], 'a');
    assert.equal(metadata.annotations?.[NODE_IDS], '{"d.example.com":"id-1"}');
    const { spec } = await cluster.client.get(CSINode, 'node1');
    const topologyKeys = ['d.example.com/zone'];
    assert.deepEqual(spec.drivers, [{ name: NAME, nodeID: 'id-1', topologyKeys, allocatable: { count: 7 } }]);
  });
});

describe('a driver that registers', () => {
  const sceneOf = async (t: TestContext) => {
    const cluster = await simCluster({ nodes: 1 }, t);
    const node = await readyNode(cluster);
    const { client, clock } = cluster;
    const csiNode = new CsiNodeWriter({ client, clock, nodeName: 'node1', builtIn: [] });
    const drivers = new CsiDrivers([], clock, new CsiMetrics());
    const plugin = { name: NAME, endpoint: '/csi.sock', versions: ['1.0.0'] };
    return { client, node, csiNode, drivers, plugin, clock };
  };

  it('is shown by CSINode and Node, and only by the labels when it has gone', async (t) => {
    const { client, node, csiNode } = await sceneOf(t);
    const facts = { name: NAME, ...aDriver().info };
    const installed = csiNode.install(facts);
    await csiNode.initialize(node);
    await installed;
    const names = async () => (await client.get(CSINode, 'node1')).spec.drivers.map(({ name }) => name);
    assert.deepEqual(await names(), [NAME]);
    const { labels, annotations } = (await client.get(Node, 'node1')).metadata;
    assert.equal(labels?.['d.example.com/zone'], 'a');
    assert.equal(annotations?.[NODE_IDS], '{"d.example.com":"id-1"}');
    await csiNode.uninstall(NAME);
    assert.deepEqual(await names(), []);
    const { metadata } = await client.get(Node, 'node1');
    assert.equal(metadata.annotations?.[NODE_IDS], undefined);
    assert.equal(metadata.labels?.['d.example.com/zone'], 'a');
  });

  it('is refused when it says that the node is elsewhere', async (t) => {
    const { csiNode, node } = await sceneOf(t);
    await csiNode.initialize(node);
    const { info } = aDriver();
    await csiNode.install({ name: NAME, ...info });
    const accessibleTopology = { segments: { 'd.example.com/zone': 'b' } };
    await assert.rejects(csiNode.install({ name: 'other', ...info, accessibleTopology }), {
      message:
        'error updating Node object with CSI driver node info: detected topology value collision: driver reported "d.example.com/zone":"b" but existing label is "d.example.com/zone":"a"',
    });
  });

  it('must speak some version 1, and be the only one of its name', async (t) => {
    const { csiNode, drivers, plugin, clock } = await sceneOf(t);
    const csiDriver = async () => undefined;
    const registration = new CsiRegistration({
      ...{ csiNode, drivers, csiDriver, clock, log: silentLogger },
      updateNode: async () => {},
    });
    const verdict = (versions: string[], name = NAME) =>
      /failed\. (.*)$/.exec(registration.validate({ ...plugin, name, versions }) ?? '')?.[1];
    assert.equal(verdict(['1.0.0']), undefined);
    assert.equal(verdict(['0.3.0', 'v1.5']), undefined);
    assert.equal(verdict([]), 'Plugin returned an empty list for supported versions');
    assert.match(
      verdict(['2.0.0', 'x']) ?? '',
      /^None of the versions specified \["2\.0\.0" "x"\] are supported/,
    );
    drivers.add('built-in', '', aDriver().caller);
    assert.equal(verdict(['1.0.0'], 'built-in'), 'Another driver with the same name is part of the kubelet');
  });
});
