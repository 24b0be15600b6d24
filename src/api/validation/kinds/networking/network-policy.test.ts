import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NetworkPolicy } from '../../../kinds/networking/v1/network-policy.ts';
import { created, updated } from '../checks.fake.ts';

const policy = (rule: object, more: object = {}) => ({ spec: { podSelector: {}, ingress: [rule], ...more } });
const block = (cidr: string, ...except: string[]) => policy({ from: [{ ipBlock: { cidr, except } }] });
const errorsOf = (rule: object) => created(NetworkPolicy, policy(rule));

test('ports of a policy are numbers, names or ranges', () => {
  const at = 'spec.ingress[0].ports[0]';
  const cases: [object, string[]][] = [
    [{ port: 80, endPort: 90, protocol: 'SCTP' }, []],
    [
      { port: 80, protocol: 'ICMP' },
      [`${at}.protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"`],
    ],
    [
      { endPort: 90 },
      [`${at}.endPort: Invalid value: 90: may not be specified when \`port\` is not specified`],
    ],
    [
      { port: 'web', endPort: 90 },
      [`${at}.endPort: Invalid value: 90: may not be specified when \`port\` is non-numeric`],
    ],
    [
      { port: 80, endPort: 70 },
      [`${at}.endPort: Invalid value: 80: must be greater than or equal to \`port\``],
    ],
  ];
  for (const [port, errors] of cases) assert.deepEqual(errorsOf({ ports: [port] }), errors);
});

test('exceptions are smaller than their range', () => {
  const at = 'spec.ingress[0].from[0].ipBlock';
  const cases: [object, string[]][] = [
    [block('10.0.0.0/8', '10.1.0.0/16'), []],
    [block('2001:DB8::/32', '2001:db8:1::/48'), []],
    [
      block('10.0.0.0/8', '10.0.0.0/8', '11.0.0.0/16'),
      [
        `${at}.except[0]: Invalid value: "10.0.0.0/8": must be a strict subset of \`cidr\``,
        `${at}.except[1]: Invalid value: "11.0.0.0/16": must be a strict subset of \`cidr\``,
      ],
    ],
    [
      block('10.0.0.1/8'),
      [`${at}.cidr: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length`],
    ],
    [
      block('010.0.0.0/8'),
      [`${at}.cidr: Invalid value: "010.0.0.0/8": must not have leading 0s in IP or prefix length`],
    ],
    [block(''), [`${at}.cidr: Required value`]],
  ];
  for (const [body, errors] of cases)
    assert.deepEqual(created(NetworkPolicy, body as Record<string, unknown>), errors);
});

test('a range that the stored policy has stays allowed, anywhere', () => {
  const old = block('10.0.0.1/8');
  const moved = policy({ from: [{ podSelector: {} }, { ipBlock: { cidr: '10.0.0.1/8' } }] });
  assert.deepEqual(updated(NetworkPolicy, moved, old), []);
  assert.equal(updated(NetworkPolicy, block('10.0.0.2/8'), old).length, 1);
});

test('a policy is about ingress, egress or both', () => {
  assert.deepEqual(created(NetworkPolicy, policy({}, { policyTypes: ['Both'] })), [
    'spec.policyTypes[0]: Unsupported value: "Both": supported values: "Ingress", "Egress"',
  ]);
});
