import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Gateway } from '../../../api/kinds/gateway/v1/gateway.ts';
import { aGateway, POOL } from '../testing/objects.fake.ts';
import { assignAddresses, givenIn } from './addresses.ts';

const at = (
  name: string,
  second: number,
  spec: Partial<Gateway['spec']> = {},
  shown: readonly string[] = [],
): Gateway => ({
  ...aGateway(name, [{}], { metadata: { creationTimestamp: `2026-01-01T00:00:0${second}Z` }, ...spec }),
  status: { addresses: shown.map((value) => ({ type: 'IPAddress', value })) },
});

const assigned = (...gateways: Gateway[]) => {
  const found = assignAddresses(gateways, POOL, new Map());
  return gateways.map((gateway) => found.get(gateway)!);
};

const asking = (value: string, type = 'IPAddress') => ({ addresses: [{ type, value }] });

it('each Gateway has an address of its own, and shows where pods reach it', () => {
  const [a, b] = assigned(at('a', 2), at('b', 1));
  assert.deepEqual(
    [a!.shown, b!.shown],
    [
      ['127.77.0.3', '10.79.0.3'],
      ['127.77.0.2', '10.79.0.2'],
    ],
  );
});

it('a Gateway keeps the address in its status, whoever comes or goes', () => {
  const [a, b] = assigned(at('a', 2, {}, ['127.77.0.3', '10.79.0.3']), at('b', 1));
  assert.deepEqual([a!.shown[0], b!.shown[0]], ['127.77.0.3', '127.77.0.2']);
});

it('a Gateway keeps what it was given before its status says so, also from one of the same second whose name comes first', () => {
  const b = at('b', 1);
  const given = givenIn(assignAddresses([b], POOL, new Map()));
  const [a, asks] = [at('a', 1), at('c', 1, asking('127.77.0.2'))];
  const found = assignAddresses([a, b, asks], POOL, given);
  assert.deepEqual([found.get(a)!.shown[0], found.get(b)!.shown[0]], ['127.77.0.3', '127.77.0.2']);
  assert.equal(found.get(asks)!.unusable?.reason, 'AddressNotUsable');
});

it('a Gateway gets the free address that it asks for, and no other', () => {
  const [a, b, c] = assigned(at('a', 1), at('b', 2, asking('127.77.0.2')), at('c', 3, asking('10.79.0.4')));
  assert.deepEqual([a!.shown[0], b!.shown, c!.shown], ['127.77.0.3', ['127.77.0.2'], ['10.79.0.4']]);
  assert.deepEqual(c!.pairs, [POOL[2]]);
});

it('an address that another Gateway has, or that is none for Gateways, is not usable; other types are not supported', () => {
  const [, held] = assigned(at('a', 1, {}, ['127.77.0.2']), at('b', 2, asking('127.77.0.2')));
  assert.equal(held!.unusable?.reason, 'AddressNotUsable');
  const [outside, named] = assigned(at('a', 1, asking('10.0.0.1')), at('b', 2, asking('x.test', 'Hostname')));
  assert.deepEqual([outside!.unusable?.reason, outside!.pairs], ['AddressNotUsable', []]);
  assert.equal(named!.unsupported?.reason, 'UnsupportedAddress');
});

it('when all addresses are in use the newest Gateways have none', () => {
  const found = assigned(...[1, 2, 3, 4].map((n) => at(`g${n}`, n)));
  assert.deepEqual(
    found.map(({ unusable }) => unusable?.reason),
    [undefined, undefined, undefined, 'AddressNotAssigned'],
  );
});
