import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import { AddressBook, type Wish } from './address-book.ts';
import { type Range, rangeOf } from './ranges.ts';
import { askedAddresses, isOurs, sharesByKey, sharingOf, wishOf } from './wishes.ts';

const ranges = (...texts: string[]): Range[] => texts.map((text) => rangeOf(text)!);
const wish = (service: string, more: Partial<Wish> = {}): Wish => ({
  service,
  families: ['IPv4'],
  ports: ['TCP 80'],
  asked: [],
  shown: [],
  ...more,
});
const pool = (...texts: string[]) => new AddressBook({ ranges: ranges(...texts), mayShare: sharesByKey });
const addresses = (book: AddressBook, ...given: Parameters<typeof wish>) => {
  const assigned = book.assign(wish(...given));
  return 'problem' in assigned ? assigned.problem : assigned.addresses.join();
};

test('ranges are written from one address to another, as a prefix, or as one address', () => {
  const size = (text: string) => {
    const range = rangeOf(text);
    return range && Number(range.last - range.first) + 1;
  };
  assert.equal(size('192.0.2.10-192.0.2.50'), 41);
  assert.equal(size('192.0.2.10 - 192.0.2.10'), 1);
  assert.equal(size('192.0.2.10'), 1);
  // Without the network's own address and the broadcast address.
  assert.equal(size('192.0.2.0/28'), 14);
  assert.equal(size('192.0.2.0/31'), 2);
  assert.equal(size('2001:db8::/120'), 255);
  for (const text of ['', 'a', '192.0.2.9-192.0.2.1', '192.0.2.1-::1', '192.0.2.1-', '192.0.2.0/33', '1.2.3'])
    assert.equal(rangeOf(text), undefined, text);
});

test('each Service gets an address, keeps it, and gives it back', () => {
  const book = pool('192.0.2.1-192.0.2.2');
  assert.equal(addresses(book, 'd/a'), '192.0.2.1');
  assert.equal(addresses(book, 'd/b'), '192.0.2.2');
  assert.equal(addresses(book, 'd/a'), '192.0.2.1');
  assert.equal(addresses(book, 'd/c'), 'there is no IPv4 address left for a load balancer');
  book.release('d/a');
  assert.equal(addresses(book, 'd/b'), '192.0.2.2');
  assert.equal(addresses(book, 'd/c'), '192.0.2.1');
});

test('what a Service shows and what it asks for come before the first that is free', () => {
  const book = pool('192.0.2.1-192.0.2.9');
  assert.equal(addresses(book, 'd/a', { shown: ['192.0.2.5'] }), '192.0.2.5');
  assert.equal(addresses(book, 'd/b', { shown: ['192.0.2.5'] }), '192.0.2.1');
  assert.equal(addresses(book, 'd/b', { asked: ['192.0.2.7'], shown: ['192.0.2.1'] }), '192.0.2.7');
  assert.equal(
    addresses(book, 'd/c', { asked: ['192.0.2.7'] }),
    'port TCP 80 of 192.0.2.7 belongs to Service d/b',
  );
  assert.equal(
    addresses(book, 'd/c', { asked: ['198.51.100.1'] }),
    '198.51.100.1 is not in a range for load balancers',
  );
  assert.equal(addresses(book, 'd/c', { shown: ['198.51.100.1'] }), '192.0.2.1');
});

test('of both families it gets one each, or nothing', () => {
  const book = pool('192.0.2.1', '2001:db8::1');
  const families = ['IPv6', 'IPv4'] as const;
  assert.equal(addresses(book, 'd/a', { families }), '2001:db8::1,192.0.2.1');
  book.release('d/a');
  assert.equal(addresses(book, 'd/b'), '192.0.2.1');
  assert.equal(addresses(book, 'd/a', { families }), 'there is no IPv4 address left for a load balancer');
  assert.deepEqual(book.addressesOf('d/a'), []);
  assert.equal(addresses(book, 'd/c', { families: ['IPv6'] }), '2001:db8::1');
});

test('a large range of which much is taken is searched among the taken addresses only', () => {
  const book = pool('2001:db8::/64');
  const families = ['IPv6'] as const;
  for (let i = 1; i <= 50; i++)
    assert.equal(addresses(book, `d/${i}`, { families }), `2001:db8::${i.toString(16)}`);
});

test('Services share an address when both say so, their ports differ, and their traffic goes the same way', () => {
  const book = pool('192.0.2.1-192.0.2.2');
  const sharing = { key: 'web', path: '' };
  assert.equal(addresses(book, 'd/a', { sharing }), '192.0.2.1');
  assert.equal(addresses(book, 'd/b', { ports: ['UDP 80'], sharing }), '192.0.2.1');
  assert.equal(addresses(book, 'd/c', { ports: ['TCP 443'] }), '192.0.2.2');
  const asked = ['192.0.2.1'];
  const refused = '192.0.2.1 belongs to Service d/a';
  assert.equal(
    addresses(book, 'd/d', { asked, ports: ['TCP 443'], sharing: { key: 'x', path: '' } }),
    refused,
  );
  assert.equal(
    addresses(book, 'd/d', { asked, ports: ['TCP 443'], sharing: { key: 'web', path: 'p' } }),
    refused,
  );
  assert.equal(addresses(book, 'd/d', { asked, sharing }), 'port TCP 80 of 192.0.2.1 belongs to Service d/a');
});

const service = (spec: Service['spec'], annotations: Record<string, string> = {}): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'd', annotations },
  spec: { type: 'LoadBalancer', ports: [{ port: 80 }, { port: 53, protocol: 'UDP' }], ...spec },
});

test('a Service asks by field or by annotation, in any spelling of an address', () => {
  assert.deepEqual(askedAddresses(service({ loadBalancerIP: '192.0.2.9' })), ['192.0.2.9']);
  const annotated = service(
    { loadBalancerIP: '192.0.2.9' },
    { 'metallb.io/loadBalancerIPs': '192.0.2.7, 2001:DB8::0:7' },
  );
  assert.deepEqual(askedAddresses(annotated), ['192.0.2.7', '2001:db8::7']);
  assert.deepEqual(askedAddresses(service({}, { 'tiphys.io/load-balancer-ips': 'x; drop' })), []);
  assert.deepEqual(wishOf(service({})), {
    service: 'd/web',
    families: ['IPv4'],
    ports: ['TCP 80', 'UDP 53'],
    asked: [],
    shown: [],
  });
});

test('under externalTrafficPolicy Local only Services with the same pods share', () => {
  const key = { 'metallb.universe.tf/allow-shared-ip': 'k' };
  const path = (spec: Service['spec']) => sharingOf(service(spec, key))!.path;
  assert.equal(path({ selector: { a: 'b' } }), path({ selector: { c: 'd' } }));
  const local = { externalTrafficPolicy: 'Local' as const };
  assert.equal(
    path({ ...local, selector: { a: 'b', c: 'd' } }),
    path({ ...local, selector: { c: 'd', a: 'b' } }),
  );
  assert.notEqual(path({ ...local, selector: { a: 'b' } }), path({ ...local, selector: { c: 'd' } }));
  assert.notEqual(path({ ...local, selector: {} }), path({ selector: {} }));
});

test('Services without a class and with ours are ours', () => {
  assert.equal(isOurs(service({})), true);
  assert.equal(isOurs(service({ loadBalancerClass: 'tiphys.io/load-balancer' })), true);
  assert.equal(isOurs(service({ loadBalancerClass: 'example.com/lb' })), false);
  assert.equal(isOurs(service({ type: 'NodePort' })), false);
});
