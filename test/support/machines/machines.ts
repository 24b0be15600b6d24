// Machines for tests of clusters that span several: each has network, mount, process, hostname and cgroup namespaces of its own, a disk
// that survives its reboots, and one cable to a routed network that leads nowhere else. All of it ends with the test's process,
// however that ends: a machine's first process and the router live as long as a pipe from the test is open.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exec } from '../../../src/kit/exec.ts';
import { cgroupScript } from './boot.ts';
import { startKeeper } from './keeper.ts';
import { Machine } from './machine.ts';
import { type Cut, Network } from './network.ts';

export interface MachinesOptions {
  readonly count: number;
  /** Machines are spread over so many segments, in turn, or are on the segments of a list; all on one when left out. */
  readonly segments?: number | readonly number[];
  /** Programs that use the C library get a clock that `setClock` moves. */
  readonly clocks?: boolean;
}

export interface Machines extends AsyncDisposable {
  readonly all: readonly Machine[];
  readonly network: Network;
  /** Neither hears the other. */
  partition(one: Machine, other: Machine): Promise<void>;
  /** What `from` sends no longer reaches `to`; the other direction works. */
  cut(from: Machine, to: Machine): Promise<void>;
  /** Nobody hears the machine, it hears nobody; or only one of the two. */
  isolate(machine: Machine, direction?: 'both' | 'in' | 'out'): Promise<void>;
  /** Ends all partitions and losses. */
  heal(): Promise<void>;
  /** Share of the packets to and from the machine that get lost, from 0 to 1. */
  lose(machine: Machine, share: number): Promise<void>;
  end(): Promise<void>;
}

/** `name` tells the tests that run at a time apart; machines are called m1, m2 and so on. Needs root. */
export async function startMachines(name: string, options: MachinesOptions): Promise<Machines> {
  const { count, segments = 1, clocks = false } = options;
  const directory = mkdtempSync(join(tmpdir(), `${name}-`));
  const cgroup = `${name}-${process.pid}`;
  const keeper = startKeeper(directory, cgroup);
  await exec(['sh', '-c', cgroupScript(cgroup)]);
  const network = await Network.start(segments);
  const names = Array.from({ length: count }, (_, i) => `m${i + 1}`);
  const hosts = names.map((host, i) => `${network.placeOf(i + 1).addresses[0]} ${host}`).join('\n');
  const all = names.map((host, i) => {
    const disk = join(directory, host);
    mkdirSync(disk);
    const place = network.placeOf(i + 1);
    return new Machine({ name: host, disk, cgroup: `${cgroup}/${host}`, place, network, hosts, clocks });
  });
  const end = async () => {
    await Promise.all(all.map((machine) => machine.kill()));
    await network.end();
    await keeper.end();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await Promise.all(all.map((machine) => machine.boot()));
  } catch (error) {
    await end();
    throw error;
  }
  const cuts: Cut[] = [];
  const apply = (...more: Cut[]) => {
    cuts.push(...more);
    return network.apply(cuts);
  };
  return {
    all,
    network,
    partition: (one, other) => apply({ from: one.name, to: other.name }, { from: other.name, to: one.name }),
    cut: (from, to) => apply({ from: from.name, to: to.name }),
    isolate: (machine, direction = 'both') =>
      apply(
        ...(direction === 'in' ? [] : [{ from: machine.name }]),
        ...(direction === 'out' ? [] : [{ to: machine.name }]),
      ),
    lose: (machine, share) => apply({ from: machine.name, share }, { to: machine.name, share }),
    heal: () => {
      cuts.length = 0;
      return network.apply(cuts);
    },
    end,
    [Symbol.asyncDispose]: end,
  };
}
