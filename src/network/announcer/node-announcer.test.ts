import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { NodeAnnouncer } from './node-announcer.ts';

let commands: string[];
let addresses: { local: string; prefixlen: number }[];
let node: NodeAnnouncer;
beforeEach(() => {
  commands = [];
  addresses = [
    { local: '10.77.0.1', prefixlen: 24 },
    { local: '192.0.2.9', prefixlen: 32 },
  ];
  node = new NodeAnnouncer({
    name: 'n1',
    address: '10.77.0.1',
    isAnnounced: (_, ifname) => ifname === 'eth0',
    exec: async ([program = '', ...words], options) => {
      const first = (options?.input ?? '').trim().split('\n')[0]!;
      commands.push(program === 'ip' && words[0] === '-json' ? 'read' : `${program} ${first}`.slice(0, 60));
      const link = { ifindex: 2, ifname: 'eth0', address: '02:00:00:00:00:02', addr_info: addresses };
      return JSON.stringify([
        link,
        { ifindex: 3, ifname: 'tunnel', addr_info: [{ local: '10.1.0.0', prefixlen: 32 }] },
      ]);
    },
  });
});

test('a node is read once, and an address that it has is neither added nor announced again', async () => {
  await node.withdraw(new Set(['192.0.2.9']));
  assert.deepEqual(await node.add(new Set(['192.0.2.9'])), []);
  assert.deepEqual(commands, ['read']);
});

test('what is not wanted goes, what is missing comes and is announced; tunnels are left alone', async () => {
  await node.withdraw(new Set(['192.0.2.1']));
  assert.deepEqual(await node.add(new Set(['192.0.2.1'])), ['192.0.2.1']);
  assert.deepEqual(commands.slice(0, 3), [
    'read',
    'ip address del 192.0.2.9/32 dev eth0',
    'ip address add 192.0.2.1/32 dev eth0',
  ]);
  assert.match(commands[3]!, /^perl ffffffffffff0200000000020806/);
  await node.announce(['192.0.2.1', '192.0.2.7']);
  assert.match(commands[4]!, /^perl /);
  assert.equal(commands.length, 5);
});

test('rules are written when they change, and after the node was forgotten', async () => {
  const guard = () => node.guard(new Set(['192.0.2.1']));
  await guard();
  await guard();
  assert.equal(commands.length, 1);
  node.forget();
  await guard();
  await node.withdraw(new Set());
  assert.deepEqual(
    commands.map((command) => command.split(' ')[0]),
    ['nft', 'nft', 'read', 'ip'],
  );
});
