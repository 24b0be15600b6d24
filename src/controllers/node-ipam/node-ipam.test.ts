import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prefixOf, prefixText } from '../../api/addresses/prefix.ts';
import { Event } from '../../api/kinds/core/v1/event.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { addNode } from '../../sim/by-hand/nodes.ts';
import { simCluster } from '../../sim/cluster.ts';
import { aNode } from '../../sim/objects/node.ts';
import { RangeAllocator } from './allocator.ts';
import { RangeInstruments } from './instruments.ts';
import { rangesOf } from './plan.ts';
import { RangeSet } from './range-set.ts';

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

  it('are given out in turn, and are free again when the node is gone', async () => {
    const settings = { podRanges: rangesOf('10.0.0.0/22') };
    const cluster = await simCluster({ controllers: ['node-ipam-controller'], settings });
    const { client } = cluster;
    const added = async (name: string) => {
      await addNode(cluster, name);
      await cluster.settle();
      return (await client.get(Node, name)).spec?.podCIDR;
    };
    const removed = async (name: string) => {
      await client.delete(Node, name);
      await cluster.settle();
    };
    await client.create(Node, { ...aNode('by-hand'), spec: { podCIDR: '10.0.1.0/24' } });
    assert.equal(await added('n1'), '10.0.0.0/24');
    assert.equal(await added('n2'), '10.0.2.0/24');
    await removed('n1');
    assert.equal(await added('n3'), '10.0.3.0/24');
    assert.equal(await added('n4'), '10.0.0.0/24');

    assert.equal(await added('n5'), undefined);
    const { items } = await client.list(Event, { namespace: 'default' });
    assert.ok(items.some(({ message }) => message === 'Node n5 status is now: CIDRNotAvailable'));
    await removed('by-hand');
    await cluster.step(30_000);
    assert.equal((await client.get(Node, 'n5')).spec?.podCIDR, '10.0.1.0/24');

    const metrics = cluster.metrics.render();
    for (const line of [
      'cidrset_cidrs_allocations_total{clusterCIDR="10.0.0.0/22"} 6',
      'cidrset_cidrs_releases_total{clusterCIDR="10.0.0.0/22"} 2',
      'cirdset_max_cidrs{clusterCIDR="10.0.0.0/22"} 4',
      'cidrset_usage_cidrs{clusterCIDR="10.0.0.0/22"} 1',
      'cidrset_allocation_tries_per_request_count{clusterCIDR="10.0.0.0/22"} 5',
    ])
      assert.ok(metrics.includes(`node_ipam_controller_${line}\n`), line);
    await cluster.stop();
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

describe('the ranges of a cluster CIDR', () => {
  const free = (cidrs: string, ...taken: string[]) => {
    const set = new RangeSet(rangesOf(cidrs)[0]!);
    for (const one of taken) set.occupy(prefixOf(one)!);
    const found = set.allocate();
    return found && prefixText(found.range);
  };

  it('are taken by ranges of any size that overlap them', () => {
    assert.equal(free('10.0.0.0/16'), '10.0.0.0/24');
    assert.equal(free('10.0.0.0/16', '10.0.1.0/24', '10.0.0.0/24', '10.0.3.0/24'), '10.0.2.0/24');
    assert.equal(free('10.0.0.0/16', '10.0.0.16/28'), '10.0.1.0/24');
    assert.equal(free('10.0.0.0/16', '10.0.0.0/22', '10.0.1.0/24'), '10.0.4.0/24');
    assert.equal(free('10.0.0.0/16', '10.0.0.0/8'), undefined);
    assert.equal(free('10.0.0.0/23', '10.0.0.0/24', '10.0.1.0/24'), undefined);
    assert.equal(free('10.0.0.0/24', '192.168.0.0/16', '::/0'), '10.0.0.0/24');
    assert.equal(free('2001:db8::/56', '2001:db8::/64'), '2001:db8:0:1::/64');
  });

  it('that two nodes were given by hand are free when both are gone', () => {
    const allocator = new RangeAllocator(rangesOf('10.0.0.0/24'), new RangeInstruments());
    allocator.hold('a', ['10.0.0.0/24']);
    allocator.hold('a', ['10.0.0.0/24']);
    allocator.hold('b', ['10.0.0.0/25']);
    allocator.release('a');
    assert.equal(allocator.allocate('c'), undefined);
    allocator.release('b');
    assert.deepEqual(allocator.allocate('c'), ['10.0.0.0/24']);
    assert.deepEqual(allocator.allocate('c'), ['10.0.0.0/24']);
  });

  it('are not taken for a node that has none left of the other family', () => {
    const allocator = new RangeAllocator(rangesOf('10.0.0.0/24,fd00::/64'), new RangeInstruments());
    allocator.hold('a', ['fd00::/64']);
    assert.equal(allocator.allocate('b'), undefined);
    allocator.release('a');
    assert.deepEqual(allocator.allocate('b'), ['10.0.0.0/24', 'fd00::/64']);
  });
});
