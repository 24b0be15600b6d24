// A node with the service proxy's rules in the kernel: pods, a pod of another node, and a client outside, each in a network namespace.
// Runs in a namespace of its own that stands for the node (`unshare --net --mount`), plays every case of cases.ts for both families of
// addresses, and prints what went wrong.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Service } from '../../../src/api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../../src/api/kinds/discovery/v1/endpoint-slice.ts';
import { systemClock } from '../../../src/kit/clock.ts';
import { exec } from '../../../src/kit/exec.ts';
import { createLogger } from '../../../src/kit/log.ts';
import { messageOf } from '../../../src/kit/message-of.ts';
import { IPV4, IPV6 } from '../../../src/network/family.ts';
import { ProxyHealth } from '../../../src/network/proxy/health/proxy-health.ts';
import { ProxyMetrics } from '../../../src/network/proxy/metrics.ts';
import { ServiceProxy } from '../../../src/network/proxy/proxy.ts';
import { CASES, type Scene } from './cases.ts';
import { type Addresses, FOUR, SIX } from './objects.ts';
import type { Question } from './peer.ts';

const PEER = new URL('./peer.ts', import.meta.url).pathname;
type Ask = (questions: readonly Question[]) => Promise<string[]>;

const ip = (lines: readonly string[], namespace?: string) =>
  exec(['ip', ...(namespace ? ['-n', namespace] : []), '-batch', '-'], { input: lines.join('\n') });

async function node(): Promise<void> {
  await exec(['sh', '-c', 'mkdir -p /run/netns && mount -t tmpfs none /run/netns']);
  await ip(['link set lo up']);
  const settings = ['ipv4/ip_forward', 'ipv6/conf/all/forwarding'].map(
    (path) => `echo 1 > /proc/sys/net/${path}`,
  );
  await exec(['sh', '-c', settings.join(' && ')]);
}

/** A namespace on a cable of its own, so that everything it sends passes the node. */
async function plug(
  name: string,
  addresses: (all: Addresses) => { self: string; gateway: string },
): Promise<void> {
  await exec(['ip', 'netns', 'add', name]);
  await ip([`link add v-${name} type veth peer name eth0 netns ${name}`, `link set v-${name} up`]);
  await ip(['link set lo up', 'link set eth0 up'], name);
  for (const all of [FOUR, SIX]) {
    const { self, gateway } = addresses(all);
    const bits = all === FOUR ? 32 : 128;
    const nodad = all === FOUR ? '' : ' nodad';
    await ip([
      `addr add ${gateway}/${bits} dev v-${name}${nodad}`,
      `route add ${self}/${bits} dev v-${name}`,
    ]);
    const inner = [`addr add ${self}/${bits} dev eth0${nodad}`, `route add ${gateway}/${bits} dev eth0`];
    await ip([...inner, `route add default via ${gateway} dev eth0`], name);
  }
}

async function peer(name: string, port: number, namespace: string | undefined): Promise<Ask> {
  const enter = namespace ? ['ip', 'netns', 'exec', namespace] : [];
  const program = [process.execPath, '--disable-warning=ExperimentalWarning', PEER, name, String(port)];
  const [file, ...args] = [...enter, ...program];
  const child = spawn(file!, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask: Ask = async (questions) => {
    child.stdin.write(`${JSON.stringify(questions)}\n`);
    return JSON.parse(String((await lines.next()).value)) as string[];
  };
  // It answers when it listens.
  await ask([]);
  return ask;
}

async function start(): Promise<void> {
  const started = health.next();
  proxy.setNode({ addresses: [FOUR.node, SIX.node] });
  proxy.start();
  await started;
}

class Told extends ProxyHealth {
  #waiting: (() => void)[] = [];

  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  override written(): void {
    super.written();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

const log = createLogger({
  level: 'warn',
  now: () => systemClock.now(),
  write: (line) => process.stderr.write(line),
});
const health = new Told(systemClock);
const services = new Map<string, Service>();
const slices = new Map<string, EndpointSlice[]>();
const aProxy = () =>
  new ServiceProxy({
    nodeName: 'n1',
    families: [
      { family: IPV4, podCidrs: [FOUR.pods] },
      { family: IPV6, podCidrs: [SIX.pods] },
    ],
    source: {
      keys: () => services.keys(),
      service: (key) => services.get(key),
      slices: (key) => slices.get(key) ?? [],
    },
    onRefused: () => {},
    exec: (command, options) => exec(command, options),
    metrics: new ProxyMetrics(systemClock),
    ...{ health, clock: systemClock, log },
  });
let proxy = aProxy();

await node();
await plug('outside', (all) => ({ self: all.outside, gateway: all.node }));
await ip([FOUR, SIX].map(({ outside }) => `route add default via ${outside}`));
const asks = new Map<string, Ask>([['node', await peer('node', 0, undefined)]]);
for (const name of ['p1', 'p2', 'far'] as const)
  await plug(name, (all) => ({ self: all[name], gateway: all.gateway }));
for (const name of ['p1', 'p2', 'far', 'outside']) asks.set(name, await peer(name, 8080, name));
const wrong: Record<string, string> = {};
const scene: Scene = {
  async put(service, endpoints) {
    const key = `default/${service.metadata.name}`;
    services.set(key, service);
    slices.set(key, [...endpoints]);
    const written = health.next();
    proxy.changed(key);
    await written;
  },
  async remove(name) {
    services.delete(`default/${name}`);
    slices.delete(`default/${name}`);
    const written = health.next();
    proxy.changed(`default/${name}`);
    await written;
  },
  async at(facts) {
    const written = health.next();
    if (facts.cidrs) proxy.setServiceCidrs(facts.cidrs);
    else proxy.setNode({ addresses: [FOUR.node, SIX.node], zone: facts.zone });
    await written;
  },
  async restart() {
    proxy.stop();
    proxy = aProxy();
    await start();
  },
  ask: (from, question, times = 1) => asks.get(from)!(Array.from({ length: times }, () => question)),
  run: (...command) => exec(command),
};
await start();
for (const all of [FOUR, SIX])
  for (const [title, play] of Object.entries(CASES)) {
    await play(scene, all).catch((error) => {
      wrong[`${all.family}: ${title}`] = messageOf(error);
    });
    for (const key of [...services.keys()]) await scene.remove(key.slice('default/'.length));
  }
proxy.stop();
process.stdout.write(JSON.stringify(wrong));
process.exit(0);
