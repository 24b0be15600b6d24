import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressText } from '../../api/addresses/prefix.ts';
import { seededRandom } from '../../kit/random.ts';
import { addressesFrom, addressRange } from './address-range.ts';
import { lowerPorts, TakenPorts } from './port-range.ts';

const shown = (cidr: string) => {
  const range = addressRange(cidr);
  if (!range) return undefined;
  const { family } = range.prefix;
  const text = (value: bigint) => addressText({ family, value });
  return [text(range.first), text(range.upper), text(range.last), Number(range.size)];
};

test('a range is divided into a lower part for named addresses and an upper one for the others', () => {
  assert.deepEqual(shown('10.96.0.0/16'), ['10.96.0.1', '10.96.1.1', '10.96.255.254', 65534]);
  assert.deepEqual(shown('10.96.0.0/24'), ['10.96.0.1', '10.96.0.17', '10.96.0.254', 254]);
  assert.deepEqual(shown('10.96.0.0/23'), ['10.96.0.1', '10.96.0.33', '10.96.1.254', 510]);
  assert.deepEqual(shown('2001:db8::/108'), ['2001:db8::1', '2001:db8::101', '2001:db8::f:ffff', 1048575]);
});

test('a small range has no lower part, the smallest have no addresses, and large ones of IPv6 are not used', () => {
  assert.deepEqual(shown('10.96.0.0/28'), ['10.96.0.1', '10.96.0.1', '10.96.0.14', 14]);
  assert.equal(shown('10.96.0.0/31')?.[3], 0);
  assert.equal(shown('10.96.0.0/32')?.[3], 0);
  assert.equal(shown('2001:db8::/63'), undefined);
  assert.equal(shown('10.96.0.0'), undefined);
});

test('each address of a part is tried once, from a random one on', () => {
  const values = (seed: number) =>
    [...addressesFrom('IPv4', 5n, 20n, seededRandom(seed))].map(({ value }) => Number(value));
  const sorted = Array.from({ length: 16 }, (_, i) => i + 5);
  assert.deepEqual(
    values(1).toSorted((a, b) => a - b),
    sorted,
  );
  assert.notDeepEqual(values(1), values(2));
  assert.deepEqual([...addressesFrom('IPv4', 5n, 4n, seededRandom(1))], []);
});

test('taken ports are stored as the number that Go makes of them', () => {
  const range = { first: 30000, last: 32767 };
  const ports = new TakenPorts(range);
  assert.equal(ports.encode(), '');
  for (const port of [30000, 30001, 30008, 30100]) ports.add(port);
  // Bits 0, 1, 8 and 100: 0x10000000000000000000000103.
  assert.equal(ports.encode(), Buffer.from('10000000000000000000000103', 'hex').toString('base64'));
  const read = TakenPorts.decode(range, ports.encode())!;
  assert.deepEqual([...read], [30000, 30001, 30008, 30100]);
  assert.deepEqual([read.count, read.free], [4, 2764]);
  read.remove(30001);
  assert.deepEqual([read.has(30001), read.has(30000), read.has(1), read.count], [false, true, false, 3]);
});

test('data with ports beyond the range are not read', () => {
  const small = { first: 30000, last: 30009 };
  const bits = (n: number) => Buffer.from([n >> 8, n & 255]).toString('base64');
  assert.deepEqual([...TakenPorts.decode(small, bits(1 << 9))!], [30009]);
  assert.equal(TakenPorts.decode(small, bits(1 << 10)), undefined);
  assert.equal(TakenPorts.decode(small, Buffer.from([1, 0, 0]).toString('base64')), undefined);
});

test('ports of the upper part are taken first, and every port before the range is full', () => {
  const range = { first: 30000, last: 30063 };
  assert.deepEqual([lowerPorts(range), lowerPorts({ first: 30000, last: 32767 })], [16, 86]);
  assert.deepEqual([lowerPorts({ first: 1, last: 16 }), lowerPorts({ first: 1, last: 65535 })], [0, 128]);
  const ports = new TakenPorts(range);
  const random = seededRandom(3);
  const order: number[] = [];
  for (let port = ports.anyFree(random); port !== undefined; port = ports.anyFree(random)) {
    ports.add(port);
    order.push(port);
  }
  assert.equal(new Set(order).size, 64);
  assert.ok(order.slice(0, 48).every((port) => port >= 30016));
});
