// The pod network by WireGuard between nodes on two segments. Run by pod-network.test.ts in a network namespace that becomes the router.
// A kernel without WireGuard is helped out by wireguard-go, which makes a device of the same kind in user space.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exec, tryExec } from '../../../src/kit/exec.ts';
import type { NodeExec } from '../../../src/network/node-exec.ts';
import { eventually } from '../eventually.ts';
import { endAll, mtus, register, restart as restartWith } from './agents.ts';
import { endSpaces, makeNode, makeRouter, reaches, type SegmentNode, transfer } from './segments.ts';

const BYTES = 5 * 1024 * 1024;
const LIFE_S = '300';
const directory = await mkdtemp(join(tmpdir(), 'tph-wg-'));
const helpers: ChildProcess[] = [];
const inKernel = (await tryExec(['ip', 'link', 'add', 'wgtest', 'type', 'wireguard'])).code === 0;

/** Names are the machine's: wireguard-go has its sockets in /run. */
const deviceOf = ({ name }: SegmentNode) => `tphwg${process.pid % 10_000}${name}`;

/** As the node's own, but for the line that makes a device. */
const helped =
  (node: SegmentNode): NodeExec =>
  async (command, options) => {
    const lines = options?.input?.split('\n') ?? [];
    const making = lines.find((line) => /^link add \S+ mtu \d+ type wireguard$/.test(line));
    if (!making || inKernel) return node.exec(command, options);
    const [, , device = '', , mtu = ''] = making.split(' ');
    const [program = '', ...args] = [...node.prefix, 'timeout', LIFE_S, 'wireguard-go', '-f', device];
    helpers.push(
      spawn(program, args, { stdio: 'ignore', env: { ...process.env, WG_PROCESS_FOREGROUND: '1' } }),
    );
    await eventually(
      'a device',
      async () => (await tryExec([...node.prefix, 'wg', 'show', device])).code === 0,
    );
    const rest = lines.map((line) => (line === making ? `link set ${device} mtu ${mtu}` : line));
    return node.exec(command, { input: rest.join('\n') });
  };

const keyFile = ({ name }: SegmentNode) => join(directory, name, 'wireguard.key');
const restart = (node: SegmentNode) =>
  restartWith(node, {
    mode: 'wireguard',
    exec: helped(node),
    device: deviceOf(node),
    keyFile: keyFile(node),
  });
const connected = (from: SegmentNode, to: SegmentNode) =>
  eventually(`${from.name} to ${to.name}`, async () => {
    const both = await Promise.all(to.podAddresses.map((address) => reaches(from.pod, address)));
    return both.every(Boolean);
  });
const ways = async (node: SegmentNode) =>
  (await node.exec(['ip', 'route', 'show', 'proto', '117'])).split('\n');

const seen: Record<string, unknown> = {};
try {
  await makeRouter();
  const [a, b, c, mute] = await Promise.all([
    makeNode('a', 1, 1),
    makeNode('b', 2, 1),
    makeNode('c', 3, 2),
    makeNode('mute', 4, 1),
  ]);
  await register(mute);
  for (const node of [a, b, c]) {
    await register(node);
    restart(node);
  }
  for (const [from, to] of [
    [a, b],
    [a, c],
    [c, b],
  ] as const)
    await connected(from, to);
  seen.mtus = [...mtus.values()];
  seen.mute = (await ways(a)).some((way) => way.startsWith('unreachable 10.1.4.0/24'));
  seen.sent = await transfer(a.pod, c.pod, c.podAddresses[0], BYTES);
  seen.key = {
    mode: (await stat(keyFile(a))).mode & 0o777,
    length: (await readFile(keyFile(a), 'utf8')).length,
  };
  const echoes = exec([
    ...a.pod.prefix,
    'busybox',
    'ping',
    '-i',
    '0.02',
    '-c',
    '150',
    '-q',
    c.podAddresses[0],
  ]);
  for (const node of [a, c]) restart(node);
  seen.lost = /(\d+)% packet loss/.exec(await echoes)?.[1];
  // A node that has lost its key makes another, and the others take it up.
  await rm(keyFile(c));
  restart(c);
  await connected(a, c);
  console.log(JSON.stringify(seen));
} finally {
  endAll();
  for (const helper of helpers) helper.kill('SIGTERM');
  endSpaces();
  await rm(directory, { recursive: true, force: true });
}
process.exit(0);
