import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { addNode } from '../../sim/by-hand/nodes.ts';
import { simCluster } from '../../sim/cluster.ts';
import { nextRange } from './plan.ts';

describe('podCIDRs', () => {
  it('are allocated to nodes in order, and never twice', async () => {
    const cluster = await simCluster({ controllers: ['node-ipam-controller'] });
    for (const name of ['n1', 'n2', 'n3']) await addNode(cluster, name);
    await cluster.settle();
    const { items } = await cluster.client.list(Node);
    const ranges = items.map((node) => node.spec?.podCIDR).sort();
    assert.deepEqual(ranges, ['10.128.0.0/24', '10.128.1.0/24', '10.128.2.0/24']);
    assert.deepEqual(items[0]?.spec?.podCIDRs, [items[0]?.spec?.podCIDR]);
    await cluster.stop();
  });

  it('are exhausted when every range is allocated', () => {
    const ranges = { cluster: '10.0.0.0/23', nodeMask: 24 };
    const taken = new Set(['10.0.0.0/24']);
    assert.equal(nextRange(ranges, taken), '10.0.1.0/24');
    assert.equal(nextRange(ranges, new Set([...taken, '10.0.1.0/24'])), undefined);
  });
});
