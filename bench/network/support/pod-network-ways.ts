// The measuring of bench/network/pod-network.ts, in a network namespace that becomes a router.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tryExec } from '../../../src/kit/exec.ts';
import type { Mode } from '../../../src/network/routes/paths.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { endAll, register, restart } from '../../../test/support/pod-network/agents.ts';
import {
  endSpaces,
  makeNode,
  makeRouter,
  reaches,
  type SegmentNode,
  type Transferred,
  transfer,
} from '../../../test/support/pod-network/segments.ts';
import { figure, median } from '../../support/figure.ts';

const ROUNDS = 3;
const BYTES = 512 * 1024 * 1024;
const WAYS: Readonly<Partial<Record<Mode, string>>> = {
  routes: 'via',
  vxlan: 'onlink',
  wireguard: 'dev tunnel',
};

const hasWireGuard = async () =>
  (await tryExec(['ip', 'link', 'add', 'wgtest', 'type', 'wireguard'])).code === 0;

async function sample(a: SegmentNode, b: SegmentNode, mode: Mode, keys: string): Promise<Transferred> {
  for (const node of [a, b]) restart(node, { mode, keyFile: join(keys, node.name) });
  const wayOf = (node: SegmentNode) => node.exec(['ip', 'route', 'show', 'proto', '117']);
  const isSo = (way: string) => way.includes(WAYS[mode]!) && way.includes('tunnel') === (mode !== 'routes');
  await eventually(mode, async () => isSo(await wayOf(a)) && isSo(await wayOf(b)));
  await eventually('an echo', () => reaches(a.pod, b.podAddresses[0]));
  return transfer(a.pod, b.pod, b.podAddresses[0], BYTES);
}

async function measure(): Promise<void> {
  const keys = await mkdtemp(join(tmpdir(), 'tph-bench-'));
  try {
    await makeRouter();
    const [a, b] = [await makeNode('a', 1, 1), await makeNode('b', 2, 1)];
    for (const node of [a, b]) await register(node);
    const modes: Mode[] = ['routes', 'vxlan', ...((await hasWireGuard()) ? (['wireguard'] as const) : [])];
    const samples = new Map<Mode, Transferred[]>(modes.map((mode) => [mode, []]));
    for (let round = 0; round < ROUNDS; round++)
      for (const mode of modes) samples.get(mode)!.push(await sample(a, b, mode, keys));
    report(samples);
  } finally {
    endAll();
    endSpaces();
    await rm(keys, { recursive: true, force: true });
  }
}

function report(samples: ReadonlyMap<Mode, readonly Transferred[]>): void {
  const of = (mode: Mode) => ({
    gigabits: median(samples.get(mode)!.map(({ bytes, ms }) => (bytes * 8) / ms / 1e6)),
    roundTrip: median(samples.get(mode)!.map(({ roundTripUs }) => roundTripUs)),
  });
  const direct = of('routes');
  for (const mode of samples.keys()) {
    const { gigabits, roundTrip } = of(mode);
    figure(`pod-network-${mode}-throughput`, gigabits, 'Gbit/s');
    figure(`pod-network-${mode}-round-trip`, roundTrip, 'us');
    if (mode === 'routes') continue;
    figure(`pod-network-${mode}-throughput-of-direct`, gigabits / direct.gigabits, 'ratio');
    figure(`pod-network-${mode}-round-trip-of-direct`, roundTrip / direct.roundTrip, 'ratio');
  }
}

await measure();
process.exit(0);
