import assert from 'node:assert/strict';
import { it } from 'node:test';
import { nodeRanges } from './node-ranges.ts';

const masks = (clusterCidr: string, flags: object = {}) =>
  nodeRanges({ allocateNodeCidrs: true, clusterCidr, ...flags })?.map(({ nodeMask }) => nodeMask);

it('gives nodes ranges of the sizes that the flags ask for', () => {
  assert.equal(nodeRanges({ allocateNodeCidrs: false, clusterCidr: 'nonsense' }), undefined);
  assert.deepEqual(masks('10.0.0.0/16'), [24]);
  assert.deepEqual(masks('fd00::/48'), [64]);
  assert.deepEqual(masks('10.0.0.0/16', { nodeCidrMaskSize: 26 }), [26]);
  assert.deepEqual(masks('10.0.0.0/16,fd00::/48'), [24, 64]);
  assert.deepEqual(
    masks('fd00::/56,10.0.0.0/16', { nodeCidrMaskSizeIpv4: 25, nodeCidrMaskSizeIpv6: 72 }),
    [72, 25],
  );
});

it('refuses flags that contradict one another', () => {
  const both = '10.0.0.0/16,fd00::/48';
  assert.throws(() => nodeRanges({ allocateNodeCidrs: true }), /needs --cluster-cidr/);
  assert.throws(() => masks('10.0.0.0'), /invalid CIDR address: 10\.0\.0\.0/);
  assert.throws(() => masks(both, { nodeCidrMaskSize: 24 }), /not allowed with dual-stack clusters/);
  const two = { nodeCidrMaskSize: 24, nodeCidrMaskSizeIpv4: 24 };
  assert.throws(() => masks('10.0.0.0/16', two), /not allowed if --node-cidr-mask-size is set/);
  assert.throws(() => masks('fd00::/48', { nodeCidrMaskSizeIpv4: 24 }), /single-stack IPv6 cluster/);
  assert.throws(() => masks('10.0.0.0/16', { nodeCidrMaskSizeIpv6: 64 }), /single-stack IPv4 cluster/);
});
