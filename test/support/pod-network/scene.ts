// The pod network of nodes on two segments, in the kernel, against an API server in memory. Run by pod-network.test.ts in a network
// namespace that becomes the router; prints what was seen as one line of JSON.
import { Node } from '../../../src/api/kinds/core/v1/node.ts';
import { systemClock as clock } from '../../../src/kit/clock.ts';
import { exec } from '../../../src/kit/exec.ts';
import { removeRoutes } from '../../../src/network/routes/remove-routes.ts';
import { eventually } from '../eventually.ts';
import {
  admin,
  end,
  endAll,
  METRIC,
  mtus,
  register,
  restart as restartWith,
  setAddresses,
} from './agents.ts';
import {
  batch,
  endSpaces,
  fragments,
  makeNode,
  makeRouter,
  reaches,
  readdress,
  type SegmentNode,
  setPodMtu,
  transfer,
} from './segments.ts';

const BYTES = 20 * 1024 * 1024;

const both = (from: SegmentNode, to: SegmentNode, size?: number): Promise<boolean[]> =>
  Promise.all(to.podAddresses.map((address) => reaches(from.pod, address, size)));
const connected = (from: SegmentNode, to: SegmentNode) =>
  eventually(`${from.name} to ${to.name}`, async () => (await both(from, to)).every(Boolean));
const waysOf = async (node: SegmentNode): Promise<string[]> => {
  const read = (family: string) => node.exec(['ip', family, 'route', 'show', 'proto', '117']);
  return `${await read('-4')}${await read('-6')}`
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
};
const kept = async (node: SegmentNode): Promise<string> =>
  (await waysOf(node)).join('\n') +
  (await node.exec(['sh', '-c', 'ip neigh show nud permanent; bridge fdb show dev tunnel || true']));

const seen: Record<string, unknown> = {};
const restart = (node: SegmentNode, mode: 'auto' | 'vxlan' = 'auto') => restartWith(node, { mode });

try {
  await makeRouter();
  const [a, b, first] = await Promise.all([makeNode('a', 1, 1), makeNode('b', 2, 1), makeNode('c', 3, 2)]);
  let c = first;
  // One segment: nothing but routes.
  for (const node of [a, b]) {
    await register(node);
    restart(node);
  }
  await connected(a, b);
  seen.oneSegment = {
    ways: await waysOf(a),
    mtu: mtus.get('a'),
    tunnel: (await a.exec(['ip', 'link'])).includes('tunnel'),
  };
  // A second segment.
  await register(c);
  restart(c);
  for (const [from, to] of [
    [a, b],
    [a, c],
    [c, b],
  ] as const)
    await connected(from, to);
  seen.twoSegments = { ways: await waysOf(a), mtus: [...mtus.values()] };
  const large = await Promise.all([both(a, c, 1450), both(c, b, 1450)]);
  const sent = [];
  for (const address of c.podAddresses) sent.push(await transfer(a.pod, c.pod, address, BYTES));
  seen.large = {
    echoes: large.flat(),
    bytes: sent.map(({ bytes }) => bytes),
    from: sent.map(({ from }) => from),
    fragments: (await fragments(a)) + (await fragments(c)),
  };
  // A pod that was made before there was a tunnel.
  await setPodMtu(a, 1500);
  seen.older = (await transfer(a.pod, c.pod, c.podAddresses[0], BYTES)).bytes;
  await setPodMtu(a, 1450);
  // Agents come and go while a pod asks another a hundred times a second.
  const echoes = exec([
    ...a.pod.prefix,
    'busybox',
    'ping',
    '-i',
    '0.01',
    '-c',
    '400',
    '-q',
    c.podAddresses[0],
  ]);
  const before = await kept(a);
  for (let i = 0; i < 5; i++) {
    for (const node of [a, c]) restart(node);
    await clock.sleep(500);
  }
  seen.restarts = { lost: /(\d+)% packet loss/.exec(await echoes)?.[1], same: (await kept(a)) === before };
  // A smaller link.
  for (const node of [a, c]) {
    await batch(node.prefix, ['link set eth0 mtu 1400']);
    restart(node);
  }
  await eventually('smaller packets', () => mtus.get('a') === 1350 && mtus.get('c') === 1350);
  const before1350 = (await fragments(a)) + (await fragments(c));
  seen.smaller = {
    echoes: await both(a, c, 1350),
    bytes: (await transfer(a.pod, c.pod, c.podAddresses[0], BYTES)).bytes,
    fragments: (await fragments(a)) + (await fragments(c)) - before1350,
  };
  // Another address.
  c = await readdress(c, 33);
  await setAddresses('c', c.addresses);
  await connected(a, c);
  seen.moved = { old: /198\.51\.100\.3\b/.test(await kept(a)) };
  // Tunnels on the same link, too.
  for (const node of [a, b]) restart(node, 'vxlan');
  await eventually('a tunnel to b', async () => (await waysOf(a)).every((way) => way.includes('dev tunnel')));
  await connected(a, b);
  for (const node of [a, b]) restart(node);
  await eventually('b directly', async () => (await waysOf(a)).some((way) => way.includes('via 192.0.2.2')));
  await connected(a, b);
  // Tunnels over IPv6, where that is the nodes' first family; a's link is the smaller one.
  for (const node of [a, b]) {
    await setAddresses(node.name, [...node.addresses].reverse());
    restart(node, 'vxlan');
  }
  await eventually(
    'b over IPv6',
    async () => /dst 2001:db8:1::2 /.test(await kept(a)) && mtus.get('b') === 1430,
  );
  await connected(a, b);
  seen.overIPv6 = { mtus: [mtus.get('a'), mtus.get('b')], echoes: await both(a, b, 1330) };
  for (const node of [a, b]) {
    await setAddresses(node.name, node.addresses);
    restart(node);
  }
  await connected(a, c);
  // Gone, and replaced by another machine on the first segment.
  end('c');
  await admin.delete(Node, 'c');
  await eventually('c is gone', async () => !/10\.1\.3\.|198\.51\.100\.33/.test(await kept(a)));
  await connected(a, b);
  const other = await makeNode('c', 4, 1);
  await register(other);
  restart(other);
  await connected(a, other);
  seen.replaced = { ways: await waysOf(a), tunnel: (await a.exec(['ip', 'link'])).includes('tunnel') };
  endAll();
  await removeRoutes(a.exec, { device: 'tunnel', metric: METRIC });
  seen.left = await waysOf(a);
  console.log(JSON.stringify(seen));
} finally {
  endAll();
  endSpaces();
}
process.exit(0);
