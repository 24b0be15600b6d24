import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addressOf,
  addressText,
  covers,
  firstAddress,
  holds,
  overlaps,
  prefixOf,
  prefixText,
} from './prefix.ts';

const prefix = (text: string) => prefixOf(text)!;
const address = (text: string) => addressOf(text)!;

test('addresses have one text', () => {
  for (const text of ['10.0.0.1', '255.255.255.255', '::1', '2001:db8::ffff'])
    assert.equal(addressText(address(text)), text);
  assert.equal(addressText(address('2001:DB8:0:0::1')), '2001:db8::1');
  for (const text of ['', 'web', '10.0.0', '10.0.0.256', '10.0.0.01', '::1%eth0', '1:2:3'])
    assert.equal(addressOf(text), undefined, text);
});

test('a range is written without the bits beyond its length', () => {
  assert.equal(prefixText(prefix('10.1.2.3/24')), '10.1.2.0/24');
  assert.equal(prefixText(prefix('2001:db8::1:0:0:0:1/64')), '2001:db8:0:1::/64');
  for (const text of ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/08', '::/129', 'x/8'])
    assert.equal(prefixOf(text), undefined, text);
});

test('the network address is never given to a Service, nor the broadcast address of IPv4', () => {
  const held = (range: string, text: string) => holds(prefix(range), address(text));
  assert.deepEqual(
    ['10.0.0.0', '10.0.0.1', '10.0.0.254', '10.0.0.255', '10.0.1.1'].map((text) => held('10.0.0.0/24', text)),
    [false, true, true, false, false],
  );
  assert.deepEqual(
    ['2001:db8::', '2001:db8::1', '2001:db8::ffff:ffff:ffff:ffff', '10.0.0.1'].map((text) =>
      held('2001:db8::/64', text),
    ),
    [false, true, true, false],
  );
});

test('ranges overlap when one contains the other', () => {
  const pairs = [
    ['10.0.0.0/8', '10.1.0.0/16', true, true],
    ['10.1.0.0/16', '10.0.0.0/8', true, false],
    ['10.0.0.0/16', '10.0.0.0/16', true, true],
    ['10.0.0.0/16', '10.1.0.0/16', false, false],
    ['0.0.0.0/0', '::/0', false, false],
  ] as const;
  for (const [one, other, overlap, cover] of pairs)
    assert.deepEqual(
      [overlaps(prefix(one), prefix(other)), covers(prefix(one), prefix(other))],
      [overlap, cover],
    );
});

test('the Service kubernetes has the first address of the range', () => {
  assert.equal(firstAddress('10.96.0.0/16'), '10.96.0.1');
  assert.equal(firstAddress('2001:db8::/108'), '2001:db8::1');
});
