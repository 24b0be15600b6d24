import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scopeOf } from './ip-scope.ts';

test('the scope of an address does not depend on how it is written', () => {
  for (const [scope, ...addresses] of [
    ['unspecified', '0.0.0.0', '::', '0:0:0:0:0:0:0:0', '::ffff:0.0.0.0', '::0.0.0.0'],
    ['thisNetwork', '0.1.2.3', '::ffff:0.1.2.3'],
    ['loopback', '127.0.0.1', '127.255.0.9', '::1', '0:0::1', '::0.0.0.1', '0000:0000::0001'],
    ['loopback', '::ffff:127.0.0.1', '::FFFF:7f00:1', '0:0:0:0:0:ffff:7f00:0001', '::127.0.0.1'],
    [
      'loopback',
      '64:ff9b::127.0.0.1',
      '64:ff9b::7f00:1',
      '64:ff9b:1::7f00:1',
      '2002:7f00:1::',
      '2002:7F00:0001:1::5',
    ],
    [
      'linkLocal',
      '169.254.169.254',
      'fe80::1',
      'FEBF::1',
      '::ffff:169.254.169.254',
      '64:ff9b::a9fe:a9fe',
      '2002:a9fe:a9fe::',
    ],
    ['linkLocalMulticast', '224.0.0.251', 'ff02::fb', 'ff12::1', '::ffff:224.0.0.1'],
    ['multicast', '239.1.2.3', 'ff05::1', 'ff0e::1'],
    ['broadcast', '255.255.255.255', '::ffff:255.255.255.255'],
    [
      'global',
      '10.0.0.1',
      '8.8.8.8',
      '2001:db8::1',
      'fd00::1',
      '::ffff:10.0.0.1',
      '64:ff9b::808:808',
      '128.0.0.1',
      'fec0::1',
    ],
  ] as const)
    for (const address of addresses) assert.equal(scopeOf(address), scope, address);
});

test('what is no address has no scope', () => {
  for (const text of [
    '',
    'localhost',
    '127.1',
    '0177.0.0.1',
    '2130706433',
    '0x7f.1.1.1',
    '127.0.0.1.',
    '127.0.0.256',
    '::1%lo',
    '[::1]',
    ':::',
    '1::2::3',
    '::ffff:127.0.0',
    '1:2:3:4:5:6:7:8:9',
    `${'0:'.repeat(50_000)}1`,
    '::12345',
    '127.0.0.1:80',
    '１２７.0.0.1',
  ])
    assert.equal(scopeOf(text), undefined, text.slice(0, 30));
});
