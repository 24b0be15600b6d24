import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '../../../sim/api-calls.ts';
import { simCluster } from '../../../sim/cluster.ts';
import { aPod } from '../../../sim/objects/pod.ts';

const PODS = '/api/v1/namespaces/default/pods';

test('a pod gets the zone and region of its node when it is bound or created with it', async () => {
  const server = await simCluster();
  const labels = { 'topology.kubernetes.io/zone': 'a', 'topology.kubernetes.io/region': 'r', other: 'x' };
  await create(server, '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', labels } });
  const { other, ...copied } = labels;
  const bound = { labels: { mine: 'y', 'topology.kubernetes.io/zone': 'wrong' } };
  const made = await create(server, PODS, aPod('p', { nodeName: 'n1' }, bound));
  assert.deepEqual(made.metadata.labels, { mine: 'y', ...copied });
  await create(server, PODS, aPod('q', {}, { labels: { mine: 'y' } }));
  const binding = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name: 'q' },
    target: { kind: 'Node', name: 'n1' },
  };
  await server.call('POST', `${PODS}/q/binding`, binding);
  const { body } = await server.call('GET', `${PODS}/q`);
  assert.deepEqual([body.spec.nodeName, body.metadata.labels], ['n1', { mine: 'y', ...copied }]);
});
