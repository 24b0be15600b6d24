// Nine pods of one node as network namespaces on a bridge, and the policies of the truth table, one after the other, in the kernel. Runs in
// a namespace that stands for the node (`unshare --net`), with the family that its argument names, and prints, case by case, every attempt that
// ended otherwise than it should.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { compile } from '../../../src/api/network-policies/compile.ts';
import { systemClock } from '../../../src/kit/clock.ts';
import { exec } from '../../../src/kit/exec.ts';
import { createLogger } from '../../../src/kit/log.ts';
import { PolicyModel } from '../../../src/network/policy/model.ts';
import { factsOf } from '../../../src/network/policy/pod-facts.ts';
import { IPV4, IPV6 } from '../../../src/network/policy/rules/family.ts';
import { CASES, inIPv6, NAMESPACES, PODS as PODS_IPV4 } from '../../../src/network/policy/scenes.fake.ts';
import { isAllowed } from '../../../src/network/policy/truth-table.fake.ts';
import { PolicyWriter } from '../../../src/network/policy/writer.ts';

const isSix = process.argv[2] === 'IPv6';
const inFamily = <T>(scene: T): T => (isSix ? inIPv6(scene) : scene);
const PODS = inFamily(PODS_IPV4);
/** Nobody looks for a second owner of an address, or it could not be used for a second. */
const network = isSix
  ? { gateway: 'fd00::a80:fffe', bits: 112, how: ' nodad' }
  : { gateway: '10.128.255.254', bits: 16, how: '' };
const PORTS = [79, 80, 81];
const NETNS = (i: number) => `tph-policy-${process.pid}-${i}`;
const PEER = new URL('./peer.ts', import.meta.url).pathname;

interface Peer {
  readonly address: string;
  readonly child: ChildProcess;
  readonly ask: (targets: readonly string[]) => Promise<string[]>;
}

async function bridge(): Promise<void> {
  const lines = [
    'link set lo up',
    'link add cni0 type bridge',
    `addr add ${network.gateway}/${network.bits} dev cni0${network.how}`,
    'link set cni0 up',
  ];
  await exec(['ip', '-batch', '-'], { input: lines.join('\n') });
  const switches = ['ipv4/ip_forward', 'ipv6/conf/all/forwarding'];
  for (const name of switches) await exec(['sh', '-c', `echo 1 > /proc/sys/net/${name}`]);
}

async function peer(i: number, address: string): Promise<Peer> {
  await exec(['ip', 'netns', 'add', NETNS(i)]);
  const lines = [
    `link add veth${i} type veth peer name eth0 netns ${NETNS(i)}`,
    `link set veth${i} master cni0 up`,
    `link set veth${i} type bridge_slave hairpin on`,
  ];
  await exec(['ip', '-batch', '-'], { input: lines.join('\n') });
  const inner = [
    'link set lo up',
    `addr add ${address}/${network.bits} dev eth0${network.how}`,
    'link set eth0 up',
  ];
  await exec(['ip', '-n', NETNS(i), '-batch', '-'], { input: inner.join('\n') });
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', PEER];
  const child = spawn('ip', ['netns', 'exec', NETNS(i), ...node, ...PORTS.map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lineOf = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (targets: readonly string[]) => {
    child.stdin.write(`${JSON.stringify(targets)}\n`);
    return JSON.parse(String((await lineOf.next()).value)) as string[];
  };
  // It answers when it listens.
  await ask([]);
  return { address, child, ask };
}

function attemptOf(from: string, target: string) {
  const [protocol = '', to = '', port] = target.split(' ');
  return { from, to, protocol: protocol === 'udp' ? ('UDP' as const) : ('TCP' as const), port: Number(port) };
}

const log = createLogger({
  level: 'warn',
  now: () => systemClock.now(),
  write: (line) => process.stderr.write(line),
});
const model = new PolicyModel(isSix ? IPV6 : IPV4);
const writer = new PolicyWriter({
  ...{ models: [model], bridge: 'cni0', clock: systemClock, log },
  exec: (command, options) => exec(command, options),
});

const peers: Peer[] = [];
try {
  await bridge();
  for (const [i, { status }] of PODS.entries()) peers.push(await peer(i, status!.podIP!));
  for (const { metadata } of NAMESPACES) model.setNamespace(metadata.name!, metadata.labels);
  for (const pod of PODS)
    model.setPod(pod.metadata.namespace!, pod.metadata.uid!, factsOf(pod, [pod.status!.podIP!], true));
  const targets = peers.flatMap(({ address }) =>
    PORTS.flatMap((port) => [`tcp ${address} ${port}`, `udp ${address} ${port}`]),
  );
  const wrong: Record<string, string[]> = {};
  for (const [title, policies] of Object.entries(inFamily(CASES))) {
    for (const of of policies) model.setPolicy(of.metadata.namespace!, of.metadata.name!, compile(of));
    writer.changed();
    await writer.settled();
    const world = { namespaces: NAMESPACES, pods: PODS, policies };
    const tables = await Promise.all(
      peers.map(async ({ address: from, ask }) => {
        const others = targets.filter((target) => !target.includes(` ${from} `));
        const [allowed, denied] = [true, false].map((wanted) =>
          others.filter((target) => isAllowed(world, attemptOf(from, target)) === wanted),
        ) as [string[], string[]];
        const passed = await ask(denied);
        let dropped = allowed;
        // A machine that is busy with other things may be late.
        for (let tries = 0; tries < 3 && dropped.length > 0; tries++) {
          const reached = await ask(dropped);
          dropped = dropped.filter((target) => !reached.includes(target));
        }
        return [...passed.map((t) => `${from} ${t} passed`), ...dropped.map((t) => `${from} ${t} dropped`)];
      }),
    );
    wrong[title] = tables.flat();
    for (const of of policies) model.setPolicy(of.metadata.namespace!, of.metadata.name!, undefined);
  }
  process.stdout.write(`${JSON.stringify(wrong)}\n`);
} finally {
  writer.stop();
  for (const { child } of peers) child.kill();
  for (const i of PODS.keys()) await exec(['ip', 'netns', 'del', NETNS(i)]).catch(() => {});
}
