import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Family } from '../../api/addresses/prefix.ts';
import { addressProblem, neighbourProblem } from './address-options.ts';

const BOTH: readonly Family[] = ['IPv6', 'IPv4'];
const problem = (clusterCidrs: string[], serviceCidrs: string[] = [], nodes = 2, families = BOTH) =>
  addressProblem({ families, clusterCidrs, serviceCidrs }, nodes);

test('a cluster may have ranges of its own, one of each family in their order', () => {
  assert.equal(problem(['fd00:42::/56', '10.42.0.0/16'], ['fd00:43::/112', '10.43.0.0/16']), undefined);
  assert.equal(problem([], ['fd00:43::/112', '10.43.0.0/16']), undefined);
  assert.equal(addressProblem({ families: ['IPv4'] }, 100), undefined);
});

test('ranges that cannot be are refused in words', () => {
  const refused = (words: RegExp, ...given: Parameters<typeof problem>) =>
    assert.match(problem(...given)!, words);
  refused(/--ip-families IPv4,IPv4: use/, [], [], 1, ['IPv4', 'IPv4']);
  refused(/--cluster-cidr x: x is no range/, ['x'], [], 1, ['IPv4']);
  refused(/in the order IPv6,IPv4/, ['10.42.0.0/16', 'fd00:42::/56']);
  refused(/too small for 3 nodes, each of which has a \/24/, ['10.42.0.0/23'], [], 3, ['IPv4']);
  refused(/the node CIDR size is too big/, ['fd00::/40'], [], 1, ['IPv6']);
  refused(/--service-cidr fd00::\/48: use 16 addresses/, [], ['fd00::/48'], 1, ['IPv6']);
  refused(/10\.42\.0\.0\/16 overlaps 10\.42\.128\.0\/24/, ['10.42.0.0/16'], ['10.42.128.0/24'], 1, ['IPv4']);
  refused(/overlaps 10\.77\.0\.0\/16/, ['10.0.0.0/8'], [], 1, ['IPv4']);
});

test('two clusters of a machine cannot have the same addresses for their pods', () => {
  const own = { name: 'a', index: 1, families: BOTH, clusterCidrs: ['fd00:42::/56', '10.42.0.0/16'] };
  const other = { name: 'b', index: 0 };
  assert.equal(neighbourProblem(own, [other, { ...own }]), undefined);
  assert.match(
    neighbourProblem(own, [{ ...other, clusterCidrs: ['10.42.128.0/17'] }])!,
    /10\.42\.0\.0\/16 overlaps 10\.42\.128\.0\/17 of the cluster b/,
  );
  assert.match(neighbourProblem({ ...own, clusterCidrs: ['10.128.0.0/16'] }, [other])!, /of the cluster b/);
});
