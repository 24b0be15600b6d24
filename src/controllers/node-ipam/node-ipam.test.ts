import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { addNode } from '../../sim/by-hand/nodes.ts';
import { simCluster } from '../../sim/cluster.ts';
import { nextRanges, rangesOf } from './plan.ts';

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

  it('are one of each family where the cluster has two', async () => {
    const podRanges = rangesOf('10.128.0.0/16,fd00:10::/56');
    const cluster = await simCluster({ controllers: ['node-ipam-controller'], settings: { podRanges } });
    for (const name of ['n1', 'n2']) await addNode(cluster, name);
    await cluster.settle();
    const { items } = await cluster.client.list(Node);
    assert.deepEqual(items.map((node) => node.spec?.podCIDRs).sort(), [
      ['10.128.0.0/24', 'fd00:10::/64'],
      ['10.128.1.0/24', 'fd00:10:0:1::/64'],
    ]);
    assert.ok(items.every((node) => node.spec?.podCIDR === node.spec?.podCIDRs?.[0]));
    await cluster.stop();
  });

  it('are exhausted when every range is allocated', () => {
    const ranges = rangesOf('10.0.0.0/23');
    assert.deepEqual(nextRanges(ranges, ['10.0.0.0/24']), ['10.0.1.0/24']);
    assert.equal(nextRanges(ranges, ['10.0.0.0/24', '10.0.1.0/24']), undefined);
    const both = rangesOf('10.0.0.0/24,fd00::/56');
    assert.equal(nextRanges(both, ['10.0.0.0/24']), undefined);
  });

  it('come from ranges that can be divided', () => {
    const refused = (cidrs: string, message: RegExp) => assert.throws(() => rangesOf(cidrs), { message });
    refused('10.0.0.0', /^invalid CIDR address: 10\.0\.0\.0$/);
    refused('10.0.0.0/25', /^Controller: Invalid --cluster-cidr, mask size of cluster CIDR must be/);
    refused('10.0.0.0/7', /node CIDR size is too big/);
    refused('fd00::/47', /node CIDR size is too big/);
    refused('10.0.0.0/16,10.1.0.0/16', /not configured as dual stack/);
    refused('10.0.0.0/16,fd00::/56,fd01::/56', /more than max allowed of 2/);
    assert.throws(() => rangesOf('10.0.0.0/24', { IPv4: 33, IPv6: 64 }), /has no 33 bits/);
  });
});
