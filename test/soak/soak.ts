// A soak: two nodes with real containers under random work and kills, then everything is taken down and looked for. For the
// first part of the time all kinds of processes are killed; after that the cluster's own are left alone, so that their memory
// can be judged. Called by run.ts.
import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listRecords } from '../../src/cluster/state/registry.ts';
import { writeArchive } from '../../src/cri/image/archive.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { seededRandom } from '../../src/kit/random.ts';
import { credentialsIn } from '../robustness/server/credentials.ts';
import { Connection } from '../robustness/traffic/connection.ts';
import { busyboxImage } from '../support/busybox-image.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { leftovers, machineTraces, type Traces } from '../support/machine-traces.ts';
import { killOne, type Victim } from './kills.ts';
import { Ledger } from './ledger.ts';
import { type Growth, growthOf, residentMegabytes, type Sample } from './memory.ts';
import { NAMESPACE, Workloads } from './workloads.ts';

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  /** Called once a minute. */
  readonly onMinute: (line: object) => void;
}

export interface SoakSummary {
  readonly minutes: number;
  readonly seed: number;
  readonly actions: number;
  readonly refused: number;
  readonly unanswered: number;
  readonly acknowledgedWrites: number;
  readonly kills: Readonly<Record<Victim, number>>;
  readonly lostWrites: readonly string[];
  /** Workloads that did not reach what they were asked for when nothing was killed any more, and pods that did not go. */
  readonly unfinished: readonly string[];
  readonly memory: Readonly<Record<'controlPlane' | 'nodeAgent', Growth>>;
  readonly leftovers: Partial<Traces>;
  readonly good: boolean;
}

const MINUTE_MS = 60_000;
/** Share of the time in which the cluster's own processes are killed. */
const OWN_KILLS_UNTIL = 0.4;
/** Milliseconds between two actions, and between two kills, at most. */
const ACTION_PAUSE = 2_000;
const KILL_PAUSE = 40_000;
const SETTLE_MS = 180_000;

export async function soak({ minutes, seed, onMinute }: SoakOptions): Promise<SoakSummary> {
  // A first cluster leaves what a machine keeps for good, such as empty directories.
  await (await startTestCluster({ name: 'tph-soak', nodes: 1 })).down();
  const before = await machineTraces();
  const random = seededRandom(seed);
  const cluster = await startTestCluster({ name: 'tph-soak', nodes: 2 });
  const ledger = new Ledger();
  const kills = { container: 0, containerd: 0, 'node-agent': 0, 'control-plane': 0 };
  const samples: Record<'controlPlane' | 'nodeAgent', Sample[]> = { controlPlane: [], nodeAgent: [] };
  let findings: Pick<SoakSummary, 'lostWrites' | 'unfinished'>;
  const { connection, workloads } = await prepare(cluster, random, ledger);
  try {
    const begin = systemClock.monotonic();
    const elapsed = () => systemClock.monotonic() - begin;
    let minute = 0;
    let nextKill = KILL_PAUSE;
    while (elapsed() < minutes * MINUTE_MS) {
      await workloads.act();
      if (elapsed() > nextKill) {
        nextKill = elapsed() + random.float() * KILL_PAUSE;
        const own = elapsed() < minutes * MINUTE_MS * OWN_KILLS_UNTIL;
        const victims: Victim[] = own
          ? ['container', 'containerd', 'node-agent', 'control-plane']
          : ['container', 'container', 'containerd'];
        const victim = victims[Math.floor(random.float() * victims.length)]!;
        if (killOne(cluster, victim, random)) kills[victim]++;
      }
      if (elapsed() > (minute + 1) * MINUTE_MS) {
        minute++;
        sample(cluster, minute, samples);
        onMinute({ minute, ...workloads.counts, kills: { ...kills }, memory: last(samples) });
      }
      await systemClock.sleep(random.float() * ACTION_PAUSE);
    }
    findings = {
      unfinished: await settle(connection),
      lostWrites: ledger.lost(await configMaps(connection)),
    };
    await workloads.clear();
    const stuck = await podsLeft(connection);
    findings = { ...findings, unfinished: [...findings.unfinished, ...stuck] };
    if (findings.unfinished.length > 0) keepLogs(cluster);
  } finally {
    connection.close();
    await cluster.down();
  }
  const left = await eventuallyClean(before);
  const memory = { controlPlane: growthOf(samples.controlPlane), nodeAgent: growthOf(samples.nodeAgent) };
  const flat = Object.values(memory).every((growth) => growth.flat !== false);
  const clean =
    Object.keys(left).length === 0 && findings.lostWrites.length + findings.unfinished.length === 0;
  return {
    minutes,
    seed,
    ...workloads.counts,
    acknowledgedWrites: ledger.counts.acknowledged,
    kills,
    ...findings,
    memory,
    leftovers: left,
    good: clean && flat,
  };
}

async function prepare(cluster: TestCluster, random: ReturnType<typeof seededRandom>, ledger: Ledger) {
  const archive = join(cluster.directory, 'busybox.tar');
  writeFileSync(archive, await writeArchive(busyboxImage()));
  await cluster.tiphys('image', 'load', '--name', cluster.name, archive);
  await cluster.kubectl('create', 'namespace', NAMESPACE);
  const { port } = new URL((await cluster.status()).api);
  const address = { host: '127.0.0.1', port: Number(port) };
  const connection = new Connection(() => address, credentialsIn(cluster.env.KUBECONFIG!));
  return { connection, workloads: new Workloads(connection, random, ledger) };
}

function sample(
  cluster: TestCluster,
  minute: number,
  samples: Record<'controlPlane' | 'nodeAgent', Sample[]>,
) {
  const processes = cluster.processes();
  for (const name of ['controlPlane', 'nodeAgent'] as const) {
    try {
      samples[name].push({ minute, pid: processes[name], megabytes: residentMegabytes(processes[name]) });
    } catch {
      // It was killed this moment; the next minute sees the one after it.
    }
  }
}

const last = (samples: Record<string, Sample[]>) =>
  Object.fromEntries(
    Object.entries(samples).map(([name, all]) => [name, Math.round(all.at(-1)?.megabytes ?? 0)]),
  );

const items = async (connection: Connection, path: string) => {
  const { status, body } = await connection.call({ method: 'GET', path });
  if (status !== 200) throw new Error(`${path}: ${status}`);
  return body.items;
};

async function configMaps(connection: Connection): Promise<Map<string, string>> {
  const found = await items(connection, `/api/v1/namespaces/${NAMESPACE}/configmaps`);
  return new Map(
    found.map((map: { metadata: { name: string }; data?: { value?: string } }) => [
      map.metadata.name,
      map.data?.value ?? '',
    ]),
  );
}

/** Waits until every workload has what it asks for; gives those that do not in time, and their pods. */
async function settle(connection: Connection): Promise<string[]> {
  // biome-ignore lint/suspicious/noExplicitAny: objects as they came over the wire
  let behind: any[] = [];
  const look = async () => {
    const kinds = ['apps/v1:deployments', 'apps/v1:statefulsets', 'batch/v1:jobs'].map((kind) =>
      kind.split(':'),
    );
    const all = await Promise.all(
      kinds.map(([group, kind]) => items(connection, `/apis/${group}/namespaces/${NAMESPACE}/${kind}`)),
    );
    behind = all.flat().filter((one) => !isFinished(one));
    return behind.length === 0;
  };
  await eventually('all workloads are ready', look, SETTLE_MS).catch(() => {});
  const described = behind.map(async ({ kind, metadata: { name }, status }) => {
    const pods = await items(connection, `/api/v1/namespaces/${NAMESPACE}/pods?labelSelector=app=${name}`);
    return `${kind} ${name}: ${JSON.stringify(status)}; pods: ${pods.map(describePod).join(' ')}`;
  });
  return Promise.all(described);
}

// biome-ignore lint/suspicious/noExplicitAny: a pod as it came over the wire
function describePod({ metadata, spec, status }: any): string {
  const { name, deletionTimestamp } = metadata;
  const { phase, conditions, containerStatuses } = status;
  return JSON.stringify({
    name,
    deletionTimestamp,
    node: spec.nodeName,
    phase,
    conditions,
    containerStatuses,
  });
}

// biome-ignore lint/suspicious/noExplicitAny: objects as they came over the wire
function isFinished({ spec, status = {} }: any): boolean {
  if (spec.completions) return (status.succeeded ?? 0) >= spec.completions;
  return (status.readyReplicas ?? 0) === spec.replicas && (status.updatedReplicas ?? 0) === spec.replicas;
}

/** To find the cause. */
function keepLogs({ directory, nodes }: TestCluster): void {
  const kept = mkdtempSync(join(tmpdir(), 'soak-'));
  copyFileSync(join(directory, 'data/tiphys.log'), join(kept, 'tiphys.log'));
  for (const node of nodes)
    copyFileSync(join(directory, 'data/nodes', node, 'containerd/containerd.log'), join(kept, `${node}.log`));
  process.stderr.write(`the cluster's and its containerds' logs: ${kept}\n`);
}

/** Those that do not go in time after their workloads were deleted. */
async function podsLeft(connection: Connection): Promise<string[]> {
  let pods: object[] = [];
  const look = async () => {
    pods = await items(connection, `/api/v1/namespaces/${NAMESPACE}/pods`);
    return pods.length === 0;
  };
  await eventually('no pod is left', look, SETTLE_MS).catch(() => {});
  return pods.map((pod) => `not gone: ${describePod(pod)}`);
}

async function eventuallyClean(before: Traces): Promise<Partial<Traces>> {
  let left: Partial<Traces> = {};
  await eventually('nothing is left', async () => {
    left = withoutOthers(leftovers(before, await machineTraces()));
    return Object.keys(left).length === 0;
  }).catch(() => {});
  return left;
}

/** Without what belongs to other clusters, which may have been started meanwhile. */
function withoutOthers(found: Partial<Traces>): Partial<Traces> {
  const others = listRecords().map(({ name }) => name);
  const own = Object.entries(found).map(
    ([kind, all]) => [kind, all.filter((item) => !others.some((name) => item.includes(name)))] as const,
  );
  return Object.fromEntries(own.filter(([, all]) => all.length > 0));
}
