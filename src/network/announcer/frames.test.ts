import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announcements } from './frames.ts';
import { guard } from './guard.ts';
import { heldAddresses, type Interface, interfaceFor } from './interfaces.ts';

const hex = (frames: Buffer[]) => frames.map((frame) => frame.toString('hex'));

test('an IPv4 address is announced by ARP, as a request and as a reply, to all', () => {
  const [mac, ip] = ['02aabbccddee', 'c000020a'];
  assert.deepEqual(hex(announcements('192.0.2.10', '02:aa:bb:cc:dd:ee')), [
    `ffffffffffff${mac}0806${'0001080006040001'}${mac}${ip}000000000000${ip}`,
    `ffffffffffff${mac}0806${'0001080006040002'}${mac}${ip}ffffffffffff${ip}`,
  ]);
});

test('an IPv6 address is announced by an unsolicited neighbour advertisement that overrides, with a right checksum', () => {
  const [frame] = announcements('2001:db8::10', '02:aa:bb:cc:dd:ee');
  const text = frame!.toString('hex');
  const ip = '20010db8000000000000000000000010';
  const start = `33330000000102aabbccddee86dd6000000000203aff${ip}ff020000000000000000000000000001`;
  assert.equal(text.slice(0, start.length), start);
  const message = frame!.subarray(54);
  assert.match(message.toString('hex'), new RegExp(`^8800....20000000${ip}020102aabbccddee$`));
  // Over pseudo-header and message, checksum included, the sum is all ones.
  const summed = Buffer.concat([frame!.subarray(22, 54), Buffer.from([0, 0, 0, 32, 0, 0, 0, 58]), message]);
  let sum = 0;
  for (let i = 0; i < summed.length; i += 2) sum += summed.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  assert.equal(sum, 0xffff);
});

const interfaces: Interface[] = [
  {
    ifindex: 1,
    ifname: 'lo',
    address: '00:00:00:00:00:00',
    addr_info: [
      { local: '127.0.0.1', prefixlen: 8 },
      { local: '::1', prefixlen: 128 },
    ],
  },
  {
    ifindex: 2,
    ifname: 'eth0',
    address: '02:00:00:00:00:02',
    addr_info: [
      { local: '10.77.0.1', prefixlen: 24 },
      { local: '192.0.2.10', prefixlen: 32 },
      { local: '2001:db8::10', prefixlen: 128 },
    ],
  },
  {
    ifindex: 3,
    ifname: 'eth1',
    address: '02:00:00:00:00:03',
    addr_info: [{ local: '198.51.100.5', prefixlen: 24 }],
  },
];

test('an address belongs on the interface with its network, else on that of the node’s own address', () => {
  const on = (address: string, own = '10.77.0.1') => interfaceFor(address, own, interfaces)?.ifname;
  assert.equal(on('198.51.100.9'), 'eth1');
  assert.equal(on('192.0.2.11'), 'eth0');
  assert.equal(on('192.0.2.11', '198.51.100.5'), 'eth1');
  assert.equal(on('127.0.0.9'), 'eth0');
  assert.equal(on('192.0.2.11', '203.0.113.1'), undefined);
});

test('announced addresses are whole ones', () => {
  const held = heldAddresses(interfaces, (_, ifname) => ifname === 'eth0');
  assert.deepEqual(
    [...held].map(([address, { ifname }]) => `${address} ${ifname}`),
    ['192.0.2.10 eth0', '2001:db8::10 eth0'],
  );
});

test('what comes in at an announced address is rejected, echo requests and neighbours’ questions apart', () => {
  const rules = guard(['192.0.2.10', '192.0.2.11', '2001:db8::10']);
  assert.match(rules, /ip daddr \{ 192\.0\.2\.10, 192\.0\.2\.11 \} meta l4proto != icmp goto rejection\n/);
  assert.match(rules, /ip6 daddr \{ 2001:db8::10 \} meta l4proto != ipv6-icmp goto rejection\n/);
  assert.doesNotMatch(guard([]), /daddr/);
});
