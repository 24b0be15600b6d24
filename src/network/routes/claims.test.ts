import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf } from '../../api/addresses/prefix.ts';
import { unicast } from './annotation.ts';
import { type Claims, settleClaims } from './claims.ts';
import { type Peer, rangeOf } from './peers.ts';

const peer = (name: string, created: string, ...ranges: string[]): Peer => ({
  name,
  created,
  addresses: {},
  family: undefined,
  ranges: ranges.map((range) => rangeOf(range)!),
  endpoint: undefined,
});

const told = ({ granted, refused }: Claims) => {
  const words = (claims: Claims['granted']) =>
    claims.map(({ peer, range }) => `${peer.name} ${range.text}`).sort();
  return [words(granted), words(refused)];
};

test('ranges side by side go to their nodes, in both families', () => {
  const peers = [
    peer('a', '1', '10.1.0.0/24', 'fd00:1::/64'),
    peer('b', '2', '10.1.1.0/24', 'fd00:1:0:1::/64'),
  ];
  const [granted, refused] = told(settleClaims(peers, []));
  assert.equal(granted?.length, 4);
  assert.deepEqual(refused, []);
});

test('a range, or a part of it, stays with the node that was there first', () => {
  const peers = [
    peer('part', '3', '10.1.0.128/25'),
    peer('same', '2', '10.1.0.0/24'),
    peer('first', '1', '10.1.0.0/24'),
    peer('whole', '4', '10.1.0.0/16'),
    peer('apart', '5', '10.1.7.0/24'),
  ];
  assert.deepEqual(told(settleClaims(peers, [])), [
    ['apart 10.1.7.0/24', 'first 10.1.0.0/24'],
    ['part 10.1.0.128/25', 'same 10.1.0.0/24', 'whole 10.1.0.0/16'],
  ]);
});

test('of two nodes of one second the name decides', () => {
  const peers = [peer('b', '1', '10.1.0.0/24'), peer('a', '1', '10.1.0.0/24')];
  assert.deepEqual(told(settleClaims(peers, []))[0], ['a 10.1.0.0/24']);
});

test('a range with the address of a node in it is nobody’s', () => {
  const peers = [peer('evil', '1', '192.0.2.0/28', '2001:db8::/64'), peer('good', '2', '10.1.0.0/24')];
  const addresses = ['198.51.100.1', '192.0.2.15', '2001:db8::5'].map((text) => addressOf(text)!);
  assert.deepEqual(told(settleClaims(peers, addresses)), [
    ['good 10.1.0.0/24'],
    ['evil 192.0.2.0/28', 'evil 2001:db8::/64'],
  ]);
});

test('the address of a node that came later takes nobody’s range away, that of an older one does', () => {
  const at = (one: Peer, text: string): Peer => ({ ...one, addresses: { IPv4: unicast(text)! } });
  const peers = [
    at(peer('old', '1', '10.1.0.0/24'), '192.0.2.1'),
    at(peer('evil', '2', '10.1.1.0/24', '192.0.0.0/16'), '10.1.0.9'),
    at(peer('self', '3', '10.1.2.0/24'), '10.1.2.1'),
  ];
  assert.deepEqual(told(settleClaims(peers, [])), [
    ['evil 10.1.1.0/24', 'old 10.1.0.0/24'],
    ['evil 192.0.0.0/16', 'self 10.1.2.0/24'],
  ]);
});

test('5,000 nodes are settled within half a second', () => {
  const peers = Array.from({ length: 5_000 }, (_, i) => peer(`n${i}`, '1', `10.${i >> 8}.${i & 255}.0/24`));
  const addresses = peers.map((_, i) => addressOf(`172.16.${i >> 8}.${i & 255}`)!);
  const began = process.cpuUsage();
  assert.equal(settleClaims(peers, addresses).granted.length, 5_000);
  assert.ok(process.cpuUsage(began).user < 500_000);
});
