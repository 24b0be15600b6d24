import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServiceCIDR } from '../../../kinds/networking/v1/service-cidr.ts';
import { validateCreate, validateUpdate } from '../../validate.ts';

const aCidr = (...cidrs: string[]): ServiceCIDR => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'ServiceCIDR',
  metadata: { name: 'a', resourceVersion: '1' },
  spec: { cidrs },
});
const texts = (errors: { field: string; message: string }[]) => errors.map((e) => `${e.field}: ${e.message}`);
const create = (...cidrs: string[]) => texts(validateCreate(ServiceCIDR, aCidr(...cidrs)));
const update = (before: string[], after: string[]) =>
  texts(validateUpdate(ServiceCIDR, aCidr(...after), aCidr(...before)));

test('a ServiceCIDR has one range, or one of each family', () => {
  for (const good of [
    ['10.0.0.0/8'],
    ['2001:db8::/64'],
    ['10.0.0.0/8', '2001:db8::/64'],
    ['2001:db8::/64', '10.0.0.0/8'],
  ])
    assert.deepEqual(create(...good), []);
  assert.deepEqual(create(), ['spec.cidrs: Required value: at least one CIDR required']);
  assert.match(
    create('10.0.0.0/8', '2001:db8::/64', '11.0.0.0/8')[0]!,
    /^spec.cidrs: Invalid value: .*: may only hold up to 2 values$/,
  );
  assert.deepEqual(create('10.0.0.0/24', '11.0.0.0/24'), [
    'spec.cidrs: Invalid value: ["10.0.0.0/24","11.0.0.0/24"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
  ]);
});

test('a range is written in its canonical form', () => {
  const wrong = (cidr: string, why: string) =>
    assert.deepEqual(create(cidr), [`spec.cidrs[0]: Invalid value: "${cidr}": ${why}`]);
  for (const cidr of ['', 'x', '10.0.0.0', '10.0.0.0/33', '::/129', '10.0.0.0/8/8', '10.0.0/8'])
    wrong(cidr, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)');
  wrong('10.0.0.00/8', 'must not have leading 0s in IP or prefix length');
  wrong('10.0.0.0/08', 'must not have leading 0s in IP or prefix length');
  wrong('::ffff:10.0.0.0/104', 'must not have an IPv4-mapped IPv6 address');
  wrong('10.0.0.1/24', 'must not have bits set beyond the prefix length');
  wrong('2001:db8:0::/64', 'must be in canonical form ("2001:db8::/64")');
  wrong('2001:DB8::/64', 'must be in canonical form ("2001:db8::/64")');
});

test('ranges never change, but a second one may be added', () => {
  const immutable = 'field is immutable';
  assert.deepEqual(update(['10.0.0.0/8'], ['10.0.0.0/8']), []);
  assert.deepEqual(update(['10.0.0.0/8'], ['10.0.0.0/8', '2001:db8::/64']), []);
  assert.deepEqual(update(['10.0.0.0/8'], ['11.0.0.0/8']), [
    `spec.cidrs[0]: Invalid value: "11.0.0.0/8": ${immutable}`,
  ]);
  assert.deepEqual(update(['10.0.0.0/8'], ['11.0.0.0/8', '2001:db8::/64']), [
    `spec.cidrs[0]: Invalid value: "11.0.0.0/8": ${immutable}`,
  ]);
  assert.deepEqual(update(['10.0.0.0/8', '2001:db8::/64'], ['10.0.0.0/8']), [
    `spec.cidrs: Invalid value: ["10.0.0.0/8"]: ${immutable}`,
  ]);
  assert.match(update(['10.0.0.0/8'], ['10.0.0.0/8', '11.0.0.0/8'])[0]!, /may specify no more than one IP/);
});
