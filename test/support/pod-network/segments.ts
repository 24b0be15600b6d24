// Two segments with a router between them, in network namespaces: nodes with one pod each. Made inside the caller's own network
// namespace, which is the router and knows of no pod. A namespace lives as long as a process in it, which is killed in the end.
import { type ChildProcess, spawn } from 'node:child_process';
import { readlink } from 'node:fs/promises';
import { exec, tryExec } from '../../../src/kit/exec.ts';
import type { NodeExec } from '../../../src/network/node-exec.ts';
import { eventually } from '../eventually.ts';

export interface Space {
  /** Put before a command, it runs inside. */
  readonly prefix: readonly string[];
  readonly pid: number;
}

export interface SegmentNode extends Space {
  readonly name: string;
  readonly number: number;
  /** 1 or 2. */
  readonly segment: number;
  readonly addresses: readonly [string, string];
  readonly ranges: readonly [string, string];
  readonly exec: NodeExec;
  readonly pod: Space;
  /** Of its pod. */
  readonly podAddresses: readonly [string, string];
}

/** Long enough for a test; what a killed test leaves is gone then. */
const LIFE_S = 300;
const children: ChildProcess[] = [];

export const batch = (prefix: readonly string[], lines: readonly string[]): Promise<string> =>
  exec([...prefix, 'ip', '-batch', '-'], { input: `${lines.join('\n')}\n` });

async function space(): Promise<Space> {
  const child = spawn('unshare', ['--net', 'sleep', String(LIFE_S)], { stdio: 'ignore' });
  children.push(child);
  const namespace = (pid: string | number | undefined) => readlink(`/proc/${pid}/ns/net`);
  await eventually('a namespace', async () => (await namespace(child.pid)) !== (await namespace('self')));
  return { pid: child.pid!, prefix: ['nsenter', '-t', String(child.pid), '-n', '--'] };
}

export function endSpaces(): void {
  for (const child of children.splice(0)) child.kill('SIGKILL');
}

const segmentAddresses = (segment: number, host: number): readonly [string, string] => [
  `${segment === 1 ? '192.0.2' : '198.51.100'}.${host}`,
  `2001:db8:${segment}::${host.toString(16)}`,
];

/** Both ends of the links between nodes and router are as large as `mtu`. */
export async function makeRouter(mtu = 1500): Promise<void> {
  await batch([], ['link set lo up']);
  for (const segment of [1, 2]) {
    const [ipv4, ipv6] = segmentAddresses(segment, 254);
    await batch(
      [],
      [
        `link add seg${segment} mtu ${mtu} type bridge`,
        `addr add ${ipv4}/24 dev seg${segment}`,
        `addr add ${ipv6}/64 dev seg${segment} nodad`,
        `link set seg${segment} up`,
      ],
    );
  }
  await forward([]);
}

const forward = (prefix: readonly string[]) =>
  exec([
    ...[...prefix, 'sh', '-c'],
    'echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding',
  ]);

export async function makeNode(
  name: string,
  number: number,
  segment: number,
  mtu = 1500,
): Promise<SegmentNode> {
  const [node, pod] = await Promise.all([space(), space()]);
  const addresses = segmentAddresses(segment, number);
  const podAddresses = [`10.1.${number}.2`, `fd00:1:0:${number}::2`] as const;
  await batch(
    [],
    [
      `link add eth${number} mtu ${mtu} type veth peer name eth0 mtu ${mtu} netns ${node.pid}`,
      `link set eth${number} master seg${segment} up`,
    ],
  );
  await batch(node.prefix, [
    'link set lo up',
    'link set eth0 up',
    ...addressLines(addresses, segment),
    `link add cni0 type bridge`,
    `link add pod type veth peer name eth0 netns ${pod.pid}`,
    'link set pod master cni0 up',
    `addr add 10.1.${number}.1/24 dev cni0`,
    `addr add fd00:1:0:${number}::1/64 dev cni0 nodad`,
    'link set cni0 up',
  ]);
  await forward(node.prefix);
  await batch(pod.prefix, [
    'link set lo up',
    'link set eth0 up',
    `addr add ${podAddresses[0]}/24 dev eth0`,
    `addr add ${podAddresses[1]}/64 dev eth0 nodad`,
    `route add default via 10.1.${number}.1`,
    `route add default via fd00:1:0:${number}::1`,
  ]);
  return {
    ...{ name, number, segment, addresses, podAddresses, pod },
    ...node,
    ranges: [`10.1.${number}.0/24`, `fd00:1:0:${number}::/64`],
    exec: (command, options) => exec([...node.prefix, ...command], options),
  };
}

function addressLines([ipv4, ipv6]: readonly [string, string], segment: number): string[] {
  const [router4, router6] = segmentAddresses(segment, 254);
  return [
    `addr add ${ipv4}/24 dev eth0`,
    `addr add ${ipv6}/64 dev eth0 nodad`,
    `route replace default via ${router4}`,
    `route replace default via ${router6}`,
  ];
}

/** The node's addresses become those of another host of its segment. */
export async function readdress(node: SegmentNode, host: number): Promise<SegmentNode> {
  const addresses = segmentAddresses(node.segment, host);
  await batch(node.prefix, ['addr flush dev eth0', ...addressLines(addresses, node.segment)]);
  return { ...node, addresses };
}

/** What a CNI plugin would do for the pods to come. */
export const setPodMtu = (node: SegmentNode, mtu: number): Promise<string[]> =>
  Promise.all([
    batch(node.pod.prefix, [`link set eth0 mtu ${mtu}`]),
    batch(node.prefix, [`link set pod mtu ${mtu}`]),
  ]);

/** Whether an echo of that many bytes, IP header included, comes back. */
export async function reaches(from: Space, to: string, size = 100): Promise<boolean> {
  const data = size - (to.includes(':') ? 48 : 28);
  const words = ['busybox', 'ping', '-c1', '-W2', '-s', String(data), to];
  return (await tryExec([...from.prefix, ...words])).code === 0;
}

const TRANSFER = new URL('./transfer.ts', import.meta.url).pathname;

export interface Transferred {
  readonly bytes: number;
  readonly ms: number;
  /** The client's address as the server saw it. */
  readonly from: string;
  /** Between an answer and the next question, in microseconds: the median. */
  readonly roundTripUs: number;
}

/** Sends bytes from one pod to the other over TCP. */
export async function transfer(from: Space, to: Space, address: string, bytes: number): Promise<Transferred> {
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', TRANSFER];
  const [command = '', ...args] = [...to.prefix, ...node, 'serve'];
  const server = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await new Promise((resolve, reject) => {
      server.stdout.once('data', resolve);
      server.once('exit', () => reject(new Error('the server ended')));
    });
    return JSON.parse(await exec([...from.prefix, ...node, 'send', address, String(bytes)]));
  } finally {
    server.kill('SIGKILL');
  }
}

/** How many packets the node has cut into pieces. */
export async function fragments(node: Space): Promise<number> {
  const text = await exec([...node.prefix, 'cat', '/proc/net/snmp', '/proc/net/snmp6']);
  const [names = '', values = ''] = text.split('\n').filter((line) => line.startsWith('Ip: '));
  const at = names.split(' ').indexOf('FragCreates');
  const ipv6 = /^Ip6FragCreates\s+(\d+)$/m.exec(text)?.[1];
  return Number(values.split(' ')[at]) + Number(ipv6);
}
