import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseAddress } from './own-address.ts';

const HEADER = 'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n';
const line = (name: string, destination: string, mask: string) =>
  `${name}\t${destination}\t0100000A\t0003\t0\t0\t0\t${mask}\t0\t0\t0\n`;
const ip4 = (address: string, internal = false) => ({ address, family: 'IPv4' as const, internal });
const ip6 = (address: string, scopeid = 0) => ({
  address,
  family: 'IPv6' as const,
  internal: false,
  scopeid,
});

test('the interface with the default route has the address', () => {
  const routes = HEADER + line('eth0', '0000000A', '000000FF') + line('eth1', '00000000', '00000000');
  const interfaces = { lo: [ip4('127.0.0.1', true)], eth0: [ip4('10.0.0.5')], eth1: [ip4('192.0.2.5')] };
  assert.equal(chooseAddress(routes, interfaces), '192.0.2.5');
});

test('without a default route any address does that others can reach', () => {
  const interfaces = { lo: [ip4('127.0.0.1', true)], eth0: [ip6('fe80::1', 2), ip6('2001:db8::5')] };
  assert.equal(chooseAddress(HEADER, interfaces), '2001:db8::5');
  assert.equal(chooseAddress(HEADER, { lo: [ip4('127.0.0.1', true)] }), undefined);
});
