import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Node } from '../../kinds/core/v1/node.ts';
import { created, statusUpdated, updated } from './checks.fake.ts';

test('ranges, amounts and features of a node are checked', () => {
  const cases: [object, string[]][] = [
    [{ spec: { podCIDRs: ['10.0.0.0/24', 'fd00::/64'] } }, []],
    [
      { spec: { podCIDRs: ['10.0.0.0/24', '10.0.1.0/24'] } },
      [
        'spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.0.1.0/24"]: may specify no more than one CIDR for each IP family',
      ],
    ],
    [
      { spec: { podCIDRs: ['10.0.0.1/24'] } },
      ['spec.podCIDRs[0]: Invalid value: "10.0.0.1/24": must not have bits set beyond the prefix length'],
    ],
    [
      { status: { capacity: { cpu: '-1', pods: '500m' }, allocatable: { 'a.b/c': '1500m' } } },
      [
        'status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0',
        'status.capacity.pods: Invalid value: "500m": must be an integer',
        'status.allocatable.a.b/c: Invalid value: "1500m": must be an integer',
      ],
    ],
    [
      { status: { declaredFeatures: ['B', 'A', 'A'] } },
      [
        'status.declaredFeatures[1]: Invalid value: "A": list must be sorted alphabetically',
        'status.declaredFeatures[2]: Duplicate value: "A"',
      ],
    ],
    [
      { status: { nodeInfo: { swap: { capacity: 0 } } } },
      ['metadata.nodeSwapStatus.capacity: Invalid value: 0: must be greater than zero'],
    ],
  ];
  for (const [body, errors] of cases)
    assert.deepEqual(created(Node, body as Record<string, unknown>), errors);
  assert.match(
    created(Node, { status: { declaredFeatures: ['a'] } })[0]!,
    /^status\.declaredFeatures\[0\]: Invalid value: "a": invalid feature name "a": must start with an UpperCamelCase/,
  );
});

test('a node keeps its ranges and its ids once they are set', () => {
  const node = (spec: object) => ({ spec });
  const one = node({ podCIDRs: ['10.0.0.0/24'], providerID: 'a' });
  assert.deepEqual(updated(Node, one, node({})), []);
  assert.deepEqual(updated(Node, node({ podCIDRs: ['10.0.1.0/24'], externalID: 'x' }), one), [
    'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
    'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
    'spec.externalID: Forbidden: may not be updated',
  ]);
  const address = { type: 'InternalIP', address: '10.0.0.1' };
  assert.deepEqual(statusUpdated(Node, { status: { addresses: [address, address] } }), [
    'status.addresses[1]: Duplicate value: {"Type":"InternalIP","Address":"10.0.0.1"}',
  ]);
});
