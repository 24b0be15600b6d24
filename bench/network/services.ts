// 10,000 Services with two or three endpoints each on one node, in a network namespace of its own (needs root): how long the first
// program takes, how long one change takes from the event to the kernel with all of them there, how long the event loop is held up,
// and memory. Limits: 1 s for all, 50 ms for a change and for the event loop.
import type { Service } from '../../src/api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../src/api/kinds/discovery/v1/endpoint-slice.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { exec } from '../../src/kit/exec.ts';
import { largest } from '../../src/kit/lists.ts';
import { silentLogger } from '../../src/kit/log.ts';
import { IPV4 } from '../../src/network/family.ts';
import { ProxyHealth } from '../../src/network/proxy/health/proxy-health.ts';
import { ProxyMetrics } from '../../src/network/proxy/metrics.ts';
import { ServiceProxy } from '../../src/network/proxy/proxy.ts';
import { figure, median } from '../support/figure.ts';
import { LoopWatch } from '../support/loop.ts';

const SERVICES = 10_000;
const NODES = 100;
const CHANGES = 20;
const NETNS = 'tph-bench-services';

const address = (first: number, i: number) => `10.${first}.${i >> 8}.${i & 255}`;

const service = (i: number): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: `s${i}`, namespace: 'default' },
  spec: {
    type: i % 10 ? 'ClusterIP' : 'NodePort',
    clusterIP: address(96, i),
    clusterIPs: [address(96, i)],
    ports: [{ name: 'http', port: 80, protocol: 'TCP', ...(i % 10 === 0 && { nodePort: 30_000 + i / 10 }) }],
  },
});

/** Two endpoints, or three, on all nodes in turn. */
const slice = (i: number, round = 0): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: `s${i}-x`, namespace: 'default', labels: { 'kubernetes.io/service-name': `s${i}` } },
  addressType: 'IPv4',
  ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  endpoints: Array.from({ length: 2 + (i % 2) }, (_, n) => ({
    addresses: [address(128 + n + 8 * (n === 0 ? round % 4 : 0), i)],
    conditions: { ready: true, serving: true, terminating: false },
    nodeName: `n${(i + n) % NODES}`,
  })),
});

class Told extends ProxyHealth {
  #resolve: (() => void) | undefined;

  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  override written(): void {
    super.written();
    this.#resolve?.();
  }
}

const services = new Map<string, Service>();
const slices = new Map<string, EndpointSlice[]>();
for (let i = 0; i < SERVICES; i++) {
  services.set(`default/s${i}`, service(i));
  slices.set(`default/s${i}`, [slice(i)]);
}
let broken = false;
const health = new Told(systemClock);
const proxy = new ServiceProxy({
  nodeName: 'n1',
  families: [{ family: IPV4, podCidrs: ['10.128.0.0/9'] }],
  source: {
    keys: () => services.keys(),
    service: (key) => services.get(key),
    slices: (key) => slices.get(key) ?? [],
  },
  onRefused: () => {},
  exec: (command, options) => {
    if (broken) {
      broken = false;
      return Promise.reject(new Error('broken'));
    }
    return exec(['ip', 'netns', 'exec', NETNS, ...command], options);
  },
  metrics: new ProxyMetrics(systemClock),
  ...{ health, clock: systemClock, log: silentLogger },
});

/** Milliseconds until the kernel has it, and of those the processor time of this process. */
async function timed(change: () => void): Promise<{ all: number; own: number }> {
  const from = systemClock.monotonic();
  const before = process.cpuUsage();
  const done = health.next();
  change();
  await done;
  const { user, system } = process.cpuUsage(before);
  return { all: systemClock.monotonic() - from, own: (user + system) / 1000 };
}

const resident = () => {
  global.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

await exec(['ip', 'netns', 'add', NETNS]);
try {
  const before = resident();
  const first = await timed(() => proxy.start());
  figure('services.program_10k_ms', first.all, 'ms');
  figure('services.program_10k_own_cpu_ms', first.own, 'ms');
  figure('services.memory_10k_mb', resident() - before, 'MB');
  const all: number[] = [];
  const own: number[] = [];
  for (let round = 1; round <= CHANGES; round++) {
    const i = 101 * round;
    const took = await timed(() => {
      slices.set(`default/s${i}`, [slice(i, round)]);
      proxy.changed(`default/s${i}`);
    });
    all.push(took.all);
    own.push(took.own);
  }
  figure('services.change_ms', median(all), 'ms');
  figure('services.change_slowest_ms', largest(all), 'ms');
  figure('services.change_own_cpu_ms', median(own), 'ms');
  const loop = new LoopWatch();
  const again = await timed(() => proxy.changedAll());
  figure('services.look_at_all_ms', again.all, 'ms');
  figure('services.look_at_all_loop_held_ms', loop.longest, 'ms');
  // The whole table once more, as after a failure.
  broken = true;
  loop.reset();
  await timed(() => {
    slices.set('default/s1', [slice(1, 1)]);
    proxy.changed('default/s1');
  });
  figure('services.write_all_loop_held_ms', loop.longest, 'ms');
  loop.stop();
} finally {
  proxy.stop();
  await exec(['ip', 'netns', 'del', NETNS]);
}
