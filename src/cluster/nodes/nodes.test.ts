import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { overlaps, prefixOf } from '../../api/addresses/prefix.ts';
import { podCidrsOf } from '../simulated-nodes/addresses.ts';
import { mtuIn, writeConflist } from './cni.ts';
import { firewall } from './firewall.ts';
import { bridgeAddressBatch, bridgeBatch, nodeBatch, plugBatch } from './links.ts';
import { entriesOf, mountsBelow } from './mounts.ts';
import { type NodesOptions, planNodes } from './plan.ts';
import { plugInCommands } from './plug-in.ts';
import { isBlank, removalOf } from './teardown/port-mappings.ts';
import { withDescendants } from './teardown/processes.ts';
import { socketOfShim } from './teardown/shim-sockets.ts';

const OPTIONS: NodesOptions = {
  cluster: 'dev',
  index: 3,
  nodes: ['dev', 'dev-2'],
  directory: '/var/lib/tiphys/dev',
  isolated: false,
};

test('each node of a plan has its own address, pod network, names and folders', () => {
  const plan = planNodes(OPTIONS);
  assert.equal(plan.gateway, '10.77.3.254');
  assert.equal(plan.bridge, 'tph3');
  assert.equal(plan.networks[0]!.clusterCidr, '10.131.0.0/16');
  assert.deepEqual(
    plan.nodes.map((n) => [n.address, ...n.podCidrs, n.pins?.link, n.cgroupRoot]),
    [
      ['10.77.3.1', '10.131.0.0/24', 'tph3n1', '/tiphys-dev/dev'],
      ['10.77.3.2', '10.131.1.0/24', 'tph3n2', '/tiphys-dev/dev-2'],
    ],
  );
});

test('a cluster of both families has a network of each, in the order of its families', () => {
  const plan = planNodes({ ...OPTIONS, families: ['IPv6', 'IPv4'] });
  assert.equal(plan.gateway, 'fd74:6970:6879:8003::fe');
  assert.deepEqual(
    plan.networks.map((n) => [n.nodeCidr, n.clusterCidr, n.serviceCidr]),
    [
      ['fd74:6970:6879:8003::/64', 'fd74:6970:6879:300::/56', 'fd74:6970:6879:ffff::/112'],
      ['10.77.3.0/24', '10.131.0.0/16', '10.96.0.0/16'],
    ],
  );
  assert.deepEqual(plan.nodes[1]!.addresses, ['fd74:6970:6879:8003::2', '10.77.3.2']);
  assert.deepEqual(plan.nodes[1]!.podCidrs, ['fd74:6970:6879:301::/64', '10.131.1.0/24']);
  const batch = nodeBatch(plan, plan.nodes[0]!, 77);
  assert.ok(batch.includes('addr replace fd74:6970:6879:8003::1/64 dev eth0 nodad'));
  assert.ok(batch.includes('route replace ::/0 via fd74:6970:6879:8003::fe'));
  assert.match(
    firewall(plan),
    /ip6 saddr \{ fd74:6970:6879:8003::\/64, fd74:6970:6879:300::\/56 \} ip6 daddr/,
  );
});

test('the networks of all clusters of a machine are apart, in both families', () => {
  const families = ['IPv4', 'IPv6'] as const;
  const ranges = Array.from({ length: 100 }, (_, index) =>
    planNodes({ ...OPTIONS, index, families }),
  ).flatMap(({ networks }, index) => [
    ...networks.flatMap(({ nodeCidr, clusterCidr }) => [nodeCidr, clusterCidr]),
    ...podCidrsOf(index * 49, families),
    ...(index === 0 ? networks.map(({ serviceCidr }) => serviceCidr) : []),
  ]);
  const prefixes = ranges.map((range) => prefixOf(range)!);
  for (const [i, one] of prefixes.entries())
    for (const other of prefixes.slice(i + 1)) assert.equal(overlaps(one, other), false);
});

test('link names stay within 15 characters, whatever the cluster is called', () => {
  const nodes = Array.from({ length: 100 }, (_, i) => `node-${i}`);
  const plan = planNodes({ ...OPTIONS, cluster: 'a-name-of-thirty-two-characters', index: 99, nodes });
  for (const node of plan.nodes) assert.ok(node.pins!.link.length <= 15);
});

test('impossible options are refused in words', () => {
  assert.throws(() => planNodes({ ...OPTIONS, cluster: 'Dev' }), /bad cluster name "Dev"/);
  assert.throws(() => planNodes({ ...OPTIONS, index: 100 }), /bad cluster index/);
  assert.throws(() => planNodes({ ...OPTIONS, nodes: ['a', 'a'] }), /same name/);
  assert.throws(() => planNodes({ ...OPTIONS, host: true }), /only one node/);
  assert.throws(() => planNodes({ ...OPTIONS, directory: 'data' }), /absolute/);
});

test('host mode has neither bridge nor namespaces', () => {
  const plan = planNodes({ ...OPTIONS, nodes: ['dev'], host: true, hostAddresses: ['192.0.2.9'] });
  assert.equal(plan.bridge, undefined);
  assert.equal(plan.nodes[0]!.pins, undefined);
  assert.equal(plan.nodes[0]!.address, '192.0.2.9');
  assert.equal(plan.nodes[0]!.podBridge, 'tph3pods');
});

test('nodes are cabled to the bridge, with links as large as the machine’s', () => {
  const plan = planNodes({ ...OPTIONS, linkMtu: 1400 });
  assert.deepEqual(bridgeBatch(plan), ['link add tph3 mtu 1400 type bridge']);
  assert.deepEqual(bridgeAddressBatch(plan), ['addr replace 10.77.3.254/24 dev tph3', 'link set tph3 up']);
  const batch = nodeBatch(plan, plan.nodes[0]!, 77);
  assert.ok(batch.includes('link add eth0 mtu 1400 type veth peer name tph3n1 mtu 1400 netns 77'));
  assert.ok(batch.includes('route replace default via 10.77.3.254'));
  assert.deepEqual(plugBatch(plan, plan.nodes), [
    'link set tph3n1 master tph3 up',
    'link set tph3n2 master tph3 up',
  ]);
});

test('an isolated node has a route to services and none to the outside', () => {
  const plan = planNodes({ ...OPTIONS, isolated: true });
  const batch = nodeBatch(plan, plan.nodes[0]!, 77).join('\n');
  assert.match(batch, /route replace 10\.96\.0\.0\/16 via 10\.77\.3\.254/);
  assert.doesNotMatch(batch, /default/);
});

test('the firewall masquerades what leaves, or drops it when isolated', () => {
  const open = firewall(planNodes(OPTIONS));
  assert.match(open, /ip saddr \{ 10\.77\.3\.0\/24, 10\.131\.0\.0\/16 \}.*oifname != "tph3" masquerade/);
  const closed = firewall(planNodes({ ...OPTIONS, isolated: true }));
  assert.match(closed, /iifname "tph3" oifname != "tph3" drop/);
  assert.doesNotMatch(closed, /masquerade/);
});

test('the pod network is written whole', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cni-'));
  const network = {
    name: 'n',
    bridge: 'cni0',
    podCidrs: ['10.1.0.0/24', 'fd00:1::/64'],
    mtu: 1500,
    ipamDirectory: '/x',
  };
  await writeConflist(directory, network);
  const written = JSON.parse(await readFile(join(directory, '10-pods.conflist'), 'utf8'));
  assert.deepEqual(
    written.plugins.map((p: { type: string }) => p.type),
    ['bridge', 'portmap'],
  );
  const { ranges, routes } = written.plugins[0].ipam;
  assert.deepEqual(ranges, [[{ subnet: '10.1.0.0/24' }], [{ subnet: 'fd00:1::/64' }]], 'an address of each');
  assert.deepEqual(routes, [{ dst: '0.0.0.0/0' }, { dst: '::/0' }]);
  await rm(directory, { recursive: true });
});

test('without a network of our own a node has CNI’s directories to itself, with copies of the programs', () => {
  const plan = planNodes({ ...OPTIONS, cni: 'none', podNetwork: 'auto' });
  assert.deepEqual([plan.cni, plan.podNetwork], ['none', 'none']);
  const commands = plugInCommands(plan.nodes[0]!, '/usr/lib/cni').join('\n');
  const own = '/var/lib/tiphys/dev/nodes/dev/plug-in';
  assert.match(commands, new RegExp(`mount --bind '${own}/net.d' /etc/cni/net.d;`));
  assert.match(commands, new RegExp(`mount --bind '${own}/bin' /opt/cni/bin;`));
  assert.match(commands, /^cp -n '\/usr\/lib\/cni'\/\* \/opt\/cni\/bin\/$/m);
});

test('what an earlier start knew of the packets’ size is read back', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cni-'));
  assert.equal(await mtuIn(directory), undefined);
  await writeConflist(directory, {
    ...{ name: 'n', bridge: 'cni0', podCidrs: ['10.1.0.0/24'], mtu: 1450, ipamDirectory: '/x' },
  });
  assert.equal(await mtuIn(directory), 1450);
  await rm(directory, { recursive: true });
});

test('a mount is read with escapes and propagation, and unmounted deepest first', () => {
  const line = '36 35 98:0 / /mnt/a\\040b rw,noatime shared:1 - ext4 /dev/root rw';
  assert.deepEqual(entriesOf(line), [{ mountpoint: '/mnt/a b', type: 'ext4', private: false }]);
  assert.equal(entriesOf('1 2 0:3 net:[4] /run/x rw - nsfs nsfs rw')[0]?.private, true);
  const at = (mountpoint: string) => ({ mountpoint, type: 'tmpfs', private: true });
  assert.deepEqual(mountsBelow([at('/d'), at('/d/e'), at('/data'), at('/d/e/f')], '/d'), [
    '/d/e/f',
    '/d/e',
    '/d',
  ]);
});

test('a marked process takes all its descendants with it', () => {
  const fact = (pid: number, parent: number, marked = false) => ({ pid, parent, marked });
  const found = withDescendants([fact(2, 1, true), fact(3, 2), fact(4, 3), fact(5, 1), fact(6, 5)]);
  assert.deepEqual(found.sort(), [2, 3, 4]);
});

test('the socket of a shim is known from its command line, when it works for one of our containerds', () => {
  // As containerd 1.6.20 made it.
  const id = '7961ff2eb16a045360039aa4e6d0789b887336f0318eb5b3db2bae7bb2bc4976';
  const address = '/run/tiphys/tph-soak.tph-soak-2.sock';
  const command = [
    '/usr/bin/containerd-shim-runc-v2',
    '-namespace',
    'k8s.io',
    '-id',
    id,
    '-address',
    address,
  ];
  assert.equal(
    socketOfShim(command, ['/run/tiphys/dev.dev.sock', address]),
    '/run/containerd/s/d973ccdec49c53b28c9b9a687c1bfdf2f462f7fa08c5269c7b0c166926e4b689',
  );
  assert.equal(socketOfShim(command, ['/run/containerd/containerd.sock']), undefined);
  assert.equal(socketOfShim(['/usr/bin/containerd', ...command.slice(1)], [address]), undefined);
});

const SAVED = `*nat
:PREROUTING ACCEPT [0:0]
:CNI-DN-aaa - [0:0]
:CNI-HOSTPORT-DNAT - [0:0]
:CNI-HOSTPORT-MASQ - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
-A CNI-DN-aaa -p tcp -j DNAT --to-destination 10.1.0.2:80
-A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \\"tiphys-dev-n1\\" id: \\"c0\\"" -j CNI-DN-aaa
COMMIT
`;

test('host ports of killed pods are removed, with the shared chains when nobody else uses them', () => {
  const script = removalOf(SAVED, 'tiphys-dev-');
  assert.match(script, /^-D CNI-HOSTPORT-DNAT .* -j CNI-DN-aaa$/m);
  assert.match(script, /^-X CNI-DN-aaa$/m);
  assert.match(script, /^-D PREROUTING .*CNI-HOSTPORT-DNAT$/m);
  assert.match(script, /^-X CNI-HOSTPORT-MASQ$/m);
  const other =
    '-A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \\"k3s\\"" -j CNI-DN-bbb\nCOMMIT';
  const shared = removalOf(SAVED.replace('COMMIT', other), 'tiphys-dev-');
  assert.match(shared, /^-X CNI-DN-aaa$/m);
  assert.doesNotMatch(shared, /HOSTPORT-MASQ|CNI-DN-bbb/);
  assert.equal(removalOf('*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT', 'tiphys-dev-'), '');
  assert.equal(isBlank(SAVED), false);
  assert.equal(isBlank('*nat\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [1:2]\nCOMMIT'), true);
});
