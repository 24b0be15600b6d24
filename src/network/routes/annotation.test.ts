import assert from 'node:assert/strict';
import { test } from 'node:test';
import { annotationOf, endpointOf } from './annotation.ts';

const MAC = '02:00:00:00:00:0a';
const KEY = `${'A'.repeat(43)}=`;

test('an end of a tunnel is what its node has published', () => {
  for (const end of [
    { backend: 'vxlan', address: '192.0.2.1', id: MAC },
    { backend: 'vxlan', address: '2001:db8::1', id: MAC },
    { backend: 'wireguard', address: '192.0.2.1', id: KEY },
  ] as const)
    assert.deepEqual(endpointOf(annotationOf(end)), end);
  assert.equal(
    annotationOf({ backend: 'vxlan', address: '192.0.2.1', id: MAC }),
    '{"backend":"vxlan","address":"192.0.2.1","mac":"02:00:00:00:00:0a"}',
  );
});

test('an address is taken in its canonical form', () => {
  const text = JSON.stringify({ backend: 'vxlan', address: '2001:DB8:0::1', mac: MAC });
  assert.equal(endpointOf(text)?.address, '2001:db8::1');
});

test('what could be more than an address, a MAC or a key for root’s programs is no end', () => {
  const vxlan = (fields: object) =>
    JSON.stringify({ backend: 'vxlan', address: '192.0.2.1', mac: MAC, ...fields });
  const wireguard = (key: string) => JSON.stringify({ backend: 'wireguard', address: '192.0.2.1', key });
  for (const text of [
    undefined,
    '',
    'null',
    '[]',
    '{',
    vxlan({ backend: 'geneve' }),
    vxlan({ address: '192.0.2.1 dev eth0' }),
    vxlan({ address: '192.0.2.1\nlink del eth0' }),
    vxlan({ address: 'example.com' }),
    vxlan({ address: 7 }),
    vxlan({ mac: `${MAC}\nfdb del` }),
    vxlan({ mac: '02:00:00:00:00' }),
    vxlan({ mac: '01:00:5e:00:00:01' }),
    vxlan({ mac: 'ff:ff:ff:ff:ff:ff' }),
    vxlan({ mac: '00:00:00:00:00:00' }),
    wireguard('short='),
    // The same 32 bytes in another form.
    wireguard(`${'A'.repeat(42)}B=`),
    wireguard(`${KEY}\nPostUp = reboot`),
    `${' '.repeat(600)}${vxlan({})}`,
  ])
    assert.equal(endpointOf(text), undefined, text);
});

test('addresses that no other node can have are none', () => {
  for (const address of [
    '127.0.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '169.254.0.1',
    '::1',
    '::',
    'fe80::1',
    'ff02::1',
    '::ffff:127.0.0.1',
  ])
    assert.equal(endpointOf(JSON.stringify({ backend: 'vxlan', address, mac: MAC })), undefined, address);
});
