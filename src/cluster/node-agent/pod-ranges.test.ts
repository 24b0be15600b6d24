import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { simCluster } from '../../sim/cluster.ts';
import { renewPodRanges } from './pod-ranges.ts';

const node = (name: string, podCIDRs: string[]): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { disk: 'fast' } },
  spec: { podCIDR: podCIDRs[0]!, podCIDRs, unschedulable: true },
});

test('a Node whose pods get other ranges than at an earlier start is made anew with what it had; others stay', async (t) => {
  const { client } = await simCluster({}, t);
  const same = await client.create(Node, node('same', ['10.128.0.0/24']));
  const moved = await client.create(Node, node('moved', ['10.128.1.0/24']));
  const grown = await client.create(Node, node('grown', ['10.128.2.0/24']));
  await renewPodRanges(client, [
    { name: 'same', podCidrs: ['10.128.0.0/24'] },
    { name: 'moved', podCidrs: ['10.129.1.0/24'] },
    { name: 'grown', podCidrs: ['10.128.2.0/24', 'fd00::/64'] },
    { name: 'new', podCidrs: ['10.128.3.0/24'] },
  ]);
  const nodes = new Map((await client.list(Node)).items.map((one) => [one.metadata.name, one]));
  assert.equal(nodes.get('same')!.metadata.uid, same.metadata.uid);
  for (const [before, podCIDRs] of [
    [moved, ['10.129.1.0/24']],
    [grown, ['10.128.2.0/24', 'fd00::/64']],
  ] as const) {
    const { metadata, spec } = nodes.get(before.metadata.name)!;
    assert.notEqual(metadata.uid, before.metadata.uid);
    assert.deepEqual([spec!.podCIDRs, spec!.podCIDR], [podCIDRs, podCIDRs[0]]);
    assert.deepEqual([metadata.labels?.disk, spec!.unschedulable], ['fast', true]);
  }
  assert.equal(nodes.has('new'), false);
});
