import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeAddresses } from './node-addresses.ts';

test('the families of a node are those of its pods’ ranges, in their order, and IPv4 without any', () => {
  assert.deepEqual(nodeAddresses({}), { families: ['IPv4'] });
  assert.deepEqual(nodeAddresses({ podCidr: 'fd00:1::/64,10.1.0.0/24', nodeIp: '10.0.0.1,fd00::1' }), {
    families: ['IPv6', 'IPv4'],
    podCidrs: ['fd00:1::/64', '10.1.0.0/24'],
    hostAddresses: ['fd00::1', '10.0.0.1'],
  });
  assert.deepEqual(nodeAddresses({ nodeIp: 'fd00::1' }).families, ['IPv6']);
});

test('what is no address, twice of one family, or missing is refused', () => {
  const refused = (flags: object, message: RegExp) => assert.throws(() => nodeAddresses(flags), message);
  refused({ podCidr: '10.1.0.0' }, /--pod-cidr 10\.1\.0\.0: 10\.1\.0\.0 is none/);
  refused({ clusterCidr: '10.1.0.0/16,10.2.0.0/16' }, /use one, or one of each family/);
  refused({ podCidr: '10.1.0.0/24,fd00::/64', nodeIp: '10.0.0.1' }, /one address of each family/);
});
