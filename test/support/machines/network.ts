// The network between test machines: a namespace with a bridge for each segment, which routes between the segments and has no link to
// anywhere else. Faults are rules of the bridges, so that they hold for every kind of packet, ARP included.
import { type ChildProcess, spawn } from 'node:child_process';
import { readlink } from 'node:fs/promises';
import { exec } from '../../../src/kit/exec.ts';
import { eventually } from '../eventually.ts';

export interface Place {
  /** From 1, among all machines. */
  readonly number: number;
  /** From 1. */
  readonly segment: number;
  /** IPv4 and IPv6. */
  readonly addresses: readonly [string, string];
}

/** What gets lost: packets of a machine, to a machine, or from one to another; all of them, or a share. */
export interface Cut {
  readonly from?: string;
  readonly to?: string;
  readonly share?: number;
}

const LAST = 254;

export class Network {
  readonly #router: ChildProcess;
  /** Of each machine, from 1. */
  readonly #segmentOf: (number: number) => number;

  private constructor(router: ChildProcess, segmentOf: (number: number) => number) {
    this.#router = router;
    this.#segmentOf = segmentOf;
  }

  /** As many segments as machines are to be spread over in turn, or the segment of each machine. */
  static async start(segments: number | readonly number[]): Promise<Network> {
    const router = spawn('unshare', ['--net', 'cat'], { stdio: ['pipe', 'ignore', 'inherit'] });
    const namespace = (pid: string | number | undefined) => readlink(`/proc/${pid}/ns/net`);
    await eventually('the router', async () => (await namespace(router.pid)) !== (await namespace('self')));
    const inTurn = typeof segments === 'number';
    const network = new Network(router, (number) =>
      inTurn ? ((number - 1) % segments) + 1 : segments[number - 1]!,
    );
    await network.#makeSegments(inTurn ? segments : Math.max(...segments));
    return network;
  }

  placeOf(number: number): Place {
    const segment = this.#segmentOf(number);
    return { number, segment, addresses: addresses(segment, number) };
  }

  /** An address of the machines' network that no machine has, for virtual addresses and load balancers. */
  freeAddress(segment: number, n: number): readonly [string, string] {
    return addresses(segment, 200 + n);
  }

  routerAddresses(segment: number): readonly [string, string] {
    return addresses(segment, LAST);
  }

  /** Plugs the namespace of process `pid` in, as eth0; with the same hardware address at each boot, since others remember it. */
  async plug(name: string, { number, segment, addresses: own }: Place, pid: number): Promise<void> {
    // The cable of a machine that was killed goes a moment after it.
    await this.exec(['sh', '-c', `ip link delete ${name} 2>/dev/null || true`]);
    await this.exec(
      ['ip', '-batch', '-'],
      [`link add ${name} type veth peer name eth0 netns ${pid}`, `link set ${name} master seg${segment} up`],
    );
    const [router4, router6] = this.routerAddresses(segment);
    const inside = [
      'link set lo up',
      `link set eth0 address 02:00:00:00:30:${number.toString(16).padStart(2, '0')}`,
      `addr add ${own[0]}/24 dev eth0`,
      `addr add ${own[1]}/64 dev eth0 nodad`,
      'link set eth0 up',
      `route add default via ${router4}`,
      `route add default via ${router6}`,
    ];
    await exec(['nsenter', '-t', String(pid), '-n', 'ip', '-batch', '-'], { input: inside.join('\n') });
  }

  /** Runs a command in the router's network namespace. */
  exec(command: readonly string[], lines: readonly string[] = []): Promise<string> {
    const prefix = ['nsenter', '-t', String(this.#router.pid), '-n'];
    return exec([...prefix, ...command], { input: `${lines.join('\n')}\n` });
  }

  /** From now on exactly these packets are lost. */
  async apply(cuts: readonly Cut[]): Promise<void> {
    await this.exec(['nft', '-f', '-'], faultRules(cuts));
  }

  async end(): Promise<void> {
    if (this.#router.exitCode !== null || this.#router.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#router.once('exit', resolve));
    this.#router.kill('SIGKILL');
    await gone;
  }

  async #makeSegments(count: number): Promise<void> {
    const lines = Array.from({ length: count }, (_, i) => {
      const [ipv4, ipv6] = this.routerAddresses(i + 1);
      return [
        `link add seg${i + 1} type bridge mcast_snooping 0`,
        `addr add ${ipv4}/24 dev seg${i + 1}`,
        `addr add ${ipv6}/64 dev seg${i + 1} nodad`,
        `link set seg${i + 1} up`,
      ];
    });
    const ipv6 = '/proc/sys/net/ipv6/conf';
    await this.exec(['sh', '-c', `echo 0 >${ipv6}/default/accept_dad; echo 1 >${ipv6}/all/forwarding`]);
    await this.exec(['sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward']);
    await this.exec(['ip', '-batch', '-'], ['link set lo up', ...lines.flat()]);
  }
}

const addresses = (segment: number, host: number): readonly [string, string] => [
  `172.30.${segment}.${host}`,
  `fd30:0:0:${segment}::${host.toString(16)}`,
];

/** A packet is marked with the machine that it comes from, and the mark goes with it through the router to its last port. */
function faultRules(cuts: readonly Cut[]): string[] {
  const sources = [...new Set(cuts.flatMap(({ from }) => from ?? []))];
  const mark = (from: string) => sources.indexOf(from) + 1;
  const chance = ({ share }: Cut) =>
    share === undefined ? '' : `numgen random mod 1000 < ${Math.round(share * 1_000)} `;
  const first = cuts.flatMap((cut) =>
    cut.from && !cut.to ? [`iifname "${cut.from}" ${chance(cut)}drop`] : [],
  );
  const last = cuts.flatMap((cut) => {
    if (!cut.to) return [];
    const source = cut.from ? `meta mark ${mark(cut.from)} ` : '';
    return [`${source}oifname "${cut.to}" ${chance(cut)}drop`];
  });
  const marks = sources.map((from) => `iifname "${from}" meta mark set ${mark(from)}`);
  const chain = (name: string, hook: string, rules: readonly string[]) => [
    `chain ${name} { type filter hook ${hook} priority -300; policy accept;`,
    ...rules,
    '}',
  ];
  return [
    'table bridge faults',
    'delete table bridge faults',
    'table bridge faults {',
    ...chain('incoming', 'prerouting', [...first, ...marks]),
    ...chain('forwarded', 'forward', last),
    ...chain('outgoing', 'output', last),
    '}',
  ];
}
