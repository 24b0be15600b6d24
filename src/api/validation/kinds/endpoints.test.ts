import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Endpoints } from '../../kinds/core/v1/endpoints.ts';
import { EndpointSlice } from '../../kinds/discovery/v1/endpoint-slice.ts';
import { created, updated } from './checks.fake.ts';

const slice = (endpoint: object = {}, more: object = {}) => ({
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.0.0.1'], ...endpoint }],
  ports: [{ name: '', protocol: 'TCP' }],
  ...more,
});

test('endpoints of a slice have addresses of its type, and hints', () => {
  const at = 'endpoints[0]';
  const cases: [object, string[]][] = [
    [slice(), []],
    [slice({ addresses: [] }), [`${at}.addresses: Required value: must contain at least 1 address`]],
    [
      slice({ addresses: ['010.0.0.1'] }),
      [`${at}.addresses[0]: Invalid value: "010.0.0.1": must not have leading 0s`],
    ],
    [
      slice({ addresses: ['fd00::1'] }),
      [`${at}.addresses: Invalid value: "fd00::1": must be an IPv4 address`],
    ],
    [
      slice({ addresses: ['FD00::1'] }, { addressType: 'IPv6' }),
      [`${at}.addresses[0]: Invalid value: "FD00::1": must be in canonical form ("fd00::1")`],
    ],
    [
      slice({}, { addressType: 'MAC' }),
      ['addressType: Unsupported value: "MAC": supported values: "FQDN", "IPv4", "IPv6"'],
    ],
    [
      slice({ hints: { forZones: [{ name: 'a' }, { name: 'a' }] } }),
      [`${at}.hints.forZones[1].name: Duplicate value: "a"`],
    ],
    [
      slice({ hints: { forNodes: Array.from({ length: 9 }, (_, i) => ({ name: `n${i}` })) } }),
      [`${at}.hints.forNodes: Too many: 9: must have at most 8 items`],
    ],
    [
      slice({ deprecatedTopology: { 'topology.kubernetes.io/zone': 'a' } }),
      [
        `${at}.deprecatedTopology[topology.kubernetes.io/zone]: Internal error: reserved key was not removed in conversion`,
      ],
    ],
    [
      slice(
        {},
        {
          ports: [
            { name: 'a', protocol: 'TCP' },
            { name: 'a', protocol: 'ICMP' },
          ],
        },
      ),
      [
        'ports[1].name: Duplicate value: "a"',
        'ports[1].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
      ],
    ],
  ];
  for (const [body, errors] of cases)
    assert.deepEqual(created(EndpointSlice, body as Record<string, unknown>), errors);
});

test('endpoints that do not change are not judged by newer rules', () => {
  const old = slice({ addresses: ['010.0.0.1'] });
  assert.deepEqual(updated(EndpointSlice, { ...old, ports: [] }, old), []);
  assert.equal(updated(EndpointSlice, slice({ addresses: ['010.0.0.2'] }), old).length, 1);
  const [, changed] = updated(
    EndpointSlice,
    slice({ addresses: ['a.b'] }, { addressType: 'FQDN' }),
    slice({}),
  );
  assert.equal(changed, undefined);
  assert.deepEqual(updated(EndpointSlice, slice({ addresses: ['a.b'] }, { addressType: 'FQDN' }), slice()), [
    'addressType: Invalid value: "FQDN": field is immutable',
  ]);
  const subsets = (ip: string) => ({ subsets: [{ addresses: [{ ip }] }] });
  assert.deepEqual(updated(Endpoints, subsets('010.0.0.1'), subsets('010.0.0.1')), []);
});

test('addresses and ports of endpoints are checked', () => {
  const endpoints = (subset: object) => ({ subsets: [subset] });
  assert.deepEqual(created(Endpoints, endpoints({ ports: [{ port: 0, protocol: 'TCP' }] })), [
    'subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`',
    'subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
  ]);
  const unnamed = [
    { port: 1, protocol: 'TCP' },
    { port: 2, protocol: 'TCP', name: 'a' },
    { port: 2, protocol: 'UDP', name: 'a' },
  ];
  assert.deepEqual(created(Endpoints, endpoints({ addresses: [{ ip: '10.0.0.1' }], ports: unnamed })), [
    'subsets[0].ports[0].name: Required value',
  ]);
  assert.deepEqual(created(Endpoints, endpoints({ addresses: [{ ip: 'x' }] })), [
    'subsets[0].addresses[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    'subsets[0].addresses[0].ip: Invalid value: "x": must be a valid IP address',
  ]);
});
