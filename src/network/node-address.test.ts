import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aNode } from '../sim/objects/node.ts';
import { internalAddresses } from './node-address.ts';

test('addresses of a node are those of hosts, whatever it says', () => {
  const said = [
    '0.0.0.0',
    '::',
    '127.0.0.1',
    '::ffff:127.0.0.1',
    '224.0.0.1',
    'x.test',
    '',
    '10.77.0.2',
    '2001:db8::2',
  ];
  const addresses = said.map((address) => ({ type: 'InternalIP', address }));
  const node = { ...aNode('n', {}, {}, {}), status: { addresses } };
  assert.deepEqual(internalAddresses(node), ['10.77.0.2', '2001:db8::2']);
});
