import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResourceClaim } from '../../../../kinds/resource/v1/resource-claim.ts';
import { validateStatusUpdate } from '../../../validate.ts';

const UID = '123e4567-e89b-12d3-a456-426614174000';
const one = { request: 'r', driver: 'x.example', pool: 'p', device: 'd' };
const { request: _, ...named } = one;
const pod = { resource: 'pods', name: 'p', uid: '1' };
const results = (...more: object[]) => ({
  devices: { results: more.map((result) => ({ ...one, ...result })) },
});
const allocation = results({});

const claim = (status: object, metadata: object = {}) => ({
  apiVersion: 'resource.k8s.io/v1',
  kind: 'ResourceClaim',
  metadata: { name: 'c', namespace: 'n', resourceVersion: '1', ...metadata },
  spec: {
    devices: {
      requests: [
        { name: 'r', exactly: { deviceClassName: 'gpu' } },
        { name: 's', firstAvailable: [{ name: 't', deviceClassName: 'gpu' }] },
      ],
    },
  },
  status,
});
const update = (status: object, old: object = {}, metadata?: object) =>
  validateStatusUpdate(ResourceClaim, claim(status, metadata), claim(old, metadata)).map(
    ({ field, message }) => `${field}: ${message}`,
  );

test('a claim is reserved for consumers that are named, once it is allocated', () => {
  const at = 'status.reservedFor';
  assert.deepEqual(update({ allocation, reservedFor: [pod] }), []);
  assert.deepEqual(update({ allocation, reservedFor: [{}, pod, pod] }), [
    `${at}[0].resource: Required value`,
    `${at}[0].name: Required value`,
    `${at}[0].uid: Required value`,
    `${at}[2]: Duplicate value: "1"`,
  ]);
  assert.deepEqual(update({ reservedFor: [pod] }), [
    `${at}: Forbidden: may not be specified when \`allocated\` is not set`,
  ]);
  const many = Array.from({ length: 257 }, (_, i) => ({ ...pod, uid: `${i}` }));
  assert.deepEqual(update({ allocation, reservedFor: many.slice(1) }), []);
  assert.deepEqual(update({ allocation, reservedFor: many }), [
    `${at}: Too many: 257: must have at most 256 items`,
  ]);
});

test('a claim that is being deleted gets no new consumers', () => {
  const deleted = { deletionTimestamp: '2026-01-01T00:00:00Z' };
  const before = { allocation, reservedFor: [pod, { ...pod, uid: '2' }] };
  assert.deepEqual(update({ allocation, reservedFor: [pod] }, before, deleted), []);
  assert.deepEqual(update({ allocation, reservedFor: [{ ...pod, uid: '3' }] }, before, deleted), [
    'status.reservedFor: Forbidden: new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set',
  ]);
});

test('what was allocated can be removed, not changed', () => {
  assert.deepEqual(update({}, { allocation }), []);
  assert.deepEqual(update({ allocation }, { allocation }), []);
  const [error, ...more] = update({ allocation: results({ device: 'e' }) }, { allocation });
  assert.match(error!, /^status.allocation: Invalid value: .*: field is immutable$/);
  assert.deepEqual(more, []);
  const invalid = results({ request: 'no such request' });
  assert.deepEqual(update({ allocation: invalid }, { allocation: invalid }), []);
});

test('devices are allocated for requests of the claim', () => {
  const allocated = (...more: object[]) => update({ allocation: results(...more) });
  const at = 'status.allocation.devices.results';
  assert.deepEqual(allocated({}, { request: 's/t' }, { shareID: UID }), []);
  const reference =
    "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";
  assert.deepEqual(allocated({ request: 'u' }, { request: 's/t/u' }), [
    `${at}[0].request: Invalid value: "u": ${reference}`,
    `${at}[1].request: Invalid value: "s/t/u": ${reference}`,
  ]);
  assert.deepEqual(allocated({ driver: '', pool: '' }), [
    `${at}[0].driver: Required value`,
    `${at}[0].pool: Required value`,
  ]);
  assert.match(
    allocated({ device: 'D' })[0]!,
    /results\[0\].device: Invalid value: "D": a lowercase RFC 1123/,
  );
  assert.deepEqual(allocated({ shareID: 'x' }), [
    `${at}[0].shareID: Invalid value: "x": error validating uid: invalid UUID length: 1`,
  ]);
  assert.deepEqual(allocated({ bindingConditions: ['a'] }), [
    `${at}[0].bindingFailureConditions: Invalid value: []: bindingFailureConditions are required to use bindingConditions`,
  ]);
  assert.deepEqual(allocated(...Array.from({ length: 33 }, () => ({ request: 'u' }))), [
    `${at}: Too many: 33: must have at most 32 items`,
  ]);
  assert.deepEqual(update({ allocation: { ...allocation, nodeSelector: { nodeSelectorTerms: [] } } }), [
    'status.allocation.nodeSelector.nodeSelectorTerms: Required value: must have at least one node selector term',
  ]);
});

test('configurations of what was allocated have a source', () => {
  const opaque = { driver: 'x.example', parameters: {} };
  const configured = (...config: object[]) =>
    update({ allocation: { devices: { ...allocation.devices, config } } });
  const at = 'status.allocation.devices.config';
  assert.deepEqual(configured({ source: 'FromClass', opaque, requests: ['r'] }), []);
  assert.deepEqual(configured({ opaque }, { source: 'x', requests: ['r', 'r'] }), [
    `${at}[0].source: Required value`,
    `${at}[1].source: Unsupported value: "x": supported values: "FromClaim", "FromClass"`,
    `${at}[1].requests[1]: Duplicate value: "r"`,
    `${at}[1].opaque: Required value`,
  ]);
  const many = Array.from({ length: 65 }, () => ({}));
  assert.deepEqual(configured(...many), [`${at}: Too many: 65: must have at most 64 items`]);
});

test('drivers report about allocated devices', () => {
  const reported = (...devices: object[]) =>
    update({ allocation, devices: devices.map((more) => ({ ...named, ...more })) });
  const at = 'status.devices';
  assert.deepEqual(reported({ data: { a: 1 } }), []);
  assert.deepEqual(reported({}, {}), [
    `${at}[1]: Duplicate value: {"Driver":"x.example","Pool":"p","Device":"d","ShareID":""}`,
  ]);
  assert.deepEqual(reported({ device: 'e' }), [
    `${at}[0]: Invalid value: {"Driver":"x.example","Pool":"p","Device":"e","ShareID":""}: must be an allocated device in the claim`,
  ]);
  assert.deepEqual(reported({ shareID: UID }), [
    `${at}[0]: Invalid value: {"Driver":"x.example","Pool":"p","Device":"d","ShareID":"${UID}"}: must be an allocated device in the claim`,
  ]);
  assert.deepEqual(reported({ data: [] }), [
    `${at}[0].data: Invalid value: "<value omitted>": must be a valid JSON object`,
  ]);
  assert.deepEqual(reported({ data: { a: 'x'.repeat(10240) } }), [
    `${at}[0].data: Too long: may not be more than 10240 bytes`,
  ]);
  const condition = { type: 'Ready', status: 'x', reason: 'r', lastTransitionTime: '2026-01-01T00:00:00Z' };
  assert.deepEqual(reported({ conditions: [condition] }), [
    `${at}[0].conditions[0].status: Unsupported value: "x": supported values: "False", "True", "Unknown"`,
  ]);
  const conditions = Array.from({ length: 9 }, (_, i) => ({ ...condition, type: `t${i}`, status: 'True' }));
  assert.deepEqual(reported({ conditions }), [`${at}[0].conditions: Too many: 9: must have at most 8 items`]);
});

test('a network device has names of some length, and addresses with the length of their prefix', () => {
  const networked = (networkData: object) => update({ allocation, devices: [{ ...named, networkData }] });
  const at = 'status.devices[0].networkData';
  const ips = ['10.9.8.7/24', '2001:db8::1/64'];
  assert.deepEqual(networked({ interfaceName: 'eth0', hardwareAddress: 'ea:9f:cb:40:b1:7b', ips }), []);
  assert.deepEqual(
    networked({ interfaceName: 'x'.repeat(257), hardwareAddress: 'x'.repeat(129), ips: [ips[0], ips[0]] }),
    [
      `${at}.interfaceName: Too long: may not be more than 256 bytes`,
      `${at}.hardwareAddress: Too long: may not be more than 128 bytes`,
      `${at}.ips[1]: Duplicate value: "10.9.8.7/24"`,
    ],
  );
  const wrong = 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)';
  const addresses: [string, string][] = [
    ['10.9.8.7', wrong],
    ['300.9.8.7/24', wrong],
    ['10.9.8.7/33', wrong],
    ['010.9.8.7/024', 'must be in canonical form ("10.9.8.7/24")'],
    ['2001:DB8::1/64', 'must be in canonical form ("2001:db8::1/64")'],
    ['::ffff:10.9.8.7/120', 'must be in canonical form ("10.9.8.7/24")'],
  ];
  for (const [ip, why] of addresses)
    assert.deepEqual(networked({ ips: [ip] }), [`${at}.ips[0]: Invalid value: "${ip}": ${why}`]);
  assert.deepEqual(networked({ ips: Array.from({ length: 17 }, () => 'x') }), [
    `${at}.ips: Too many: 17: must have at most 16 items`,
  ]);
});
