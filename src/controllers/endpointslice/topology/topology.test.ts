import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Event } from '../../../api/kinds/core/v1/event.ts';
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { Service } from '../../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../../api/kinds/discovery/v1/endpoint-slice.ts';
import { addNode, setNodeReady } from '../../../sim/by-hand/nodes.ts';
import { setReady } from '../../../sim/by-hand/pods.ts';
import { simCluster } from '../../../sim/cluster.ts';
import { aPod } from '../../../sim/objects/pod.ts';
import { podsOf } from '../../../sim/observe.ts';

const MODE = 'service.kubernetes.io/topology-mode';

it('a service with topology-mode Auto has hints while two zones have ready nodes', async (t) => {
  const cluster = await simCluster({ controllers: ['endpointslice-controller'] }, t);
  for (const [name, zone] of [
    ['n1', 'east'],
    ['n2', 'west'],
  ] as const) {
    await addNode(cluster, name);
    const labels = { 'topology.kubernetes.io/zone': zone };
    await cluster.client.patch(Node, name, undefined, 'merge', { metadata: { labels } });
  }
  const annotations = { [MODE]: 'Auto' };
  await cluster.client.create(Service, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default', annotations },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }], trafficDistribution: 'PreferSameNode' },
  });
  for (const name of ['a', 'b'])
    await cluster.client.create(Pod, aPod(name, { nodeName: 'n1' }, { labels: { app: 'web' } }));
  for (const pod of await podsOf(cluster)) await setReady(cluster, pod);
  await cluster.settle();
  const hints = async () => {
    const { items } = await cluster.client.list(EndpointSlice, { namespace: 'default' });
    return items
      .flatMap(({ endpoints = [] }) => endpoints.map((one) => one.hints?.forZones?.[0]?.name))
      .sort();
  };
  const events = async () => {
    const { items } = await cluster.client.list(Event, { namespace: 'default' });
    return items.map(({ message }) => message);
  };
  assert.deepEqual(await hints(), ['east', 'west']);
  assert.ok((await events()).includes('Topology Aware Hints has been enabled, addressType: IPv4'));
  await setNodeReady(cluster, 'n2', 'False');
  await cluster.settle();
  assert.deepEqual(await hints(), [undefined, undefined]);
  await setNodeReady(cluster, 'n2', 'True');
  await cluster.settle();
  await cluster.client.patch(Service, 'web', 'default', 'merge', { spec: { sessionAffinity: 'ClientIP' } });
  await cluster.settle();
  assert.deepEqual(await hints(), ['east', 'west']);
  await cluster.client.patch(Service, 'web', 'default', 'merge', {
    metadata: { annotations: { [MODE]: null } },
    spec: { trafficDistribution: null },
  });
  await cluster.settle();
  assert.deepEqual(await hints(), [undefined, undefined]);
  assert.ok((await events()).includes('Topology Aware Hints has been disabled, addressType: IPv4'));
});
