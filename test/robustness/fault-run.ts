// Rounds of one fault, on a cluster of its own that lives through all of them. Called by run.ts and five-rounds.ts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/kit/clock.ts';
import { seededRandom } from '../../src/kit/random.ts';
import { Failpoints } from './failpoints/failpoints.ts';
import { faults } from './faults/all.ts';
import type { Fault, FaultContext } from './faults/fault.ts';
import { writeReport } from './report.ts';
import { type RoundResult, runRound } from './round.ts';
import { ClusterUnderTest } from './server/cluster.ts';
import { Disk } from './server/disk.ts';
import { NetworkProxy } from './server/proxy.ts';
import { profiles } from './traffic/profiles.ts';

export interface FaultRunOptions {
  readonly rounds: number;
  readonly seed: number;
  /** Called after each round; `report` is the file with everything, when something is wrong. */
  readonly onRound: (round: number, result: RoundResult, report: string | undefined) => void;
}

/** Most of a round is waiting. */
export const FAULTS_AT_ONCE = 4;
/** Of the API; each kind of fault has one of its own. */
const FIRST_PORT = 17_000;
/** Bookmarks come four times a second instead of once a minute. */
export const BOOKMARKS = [60_000, 250] as const;

export async function runFault(fault: Fault, { rounds, seed, onRound }: FaultRunOptions): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'robustness-'));
  const failpoints = new Failpoints(join(directory, 'failpoints'));
  const disk = fault.disk && (await Disk.mount(directory, fault.disk));
  let cluster: ClusterUnderTest | undefined;
  let proxy: NetworkProxy | undefined;
  try {
    const started = await ClusterUnderTest.start({
      name: `rob-${fault.name}`,
      dataDir: join(disk?.directory ?? directory, 'data'),
      port: FIRST_PORT + faults.indexOf(fault),
      kubeconfig: join(directory, 'kubeconfig'),
      env: failpoints.environment([BOOKMARKS, ...(fault.intervals ?? [])]),
    });
    cluster = started;
    proxy = new NetworkProxy(() => started.address);
    const address = await proxy.listen();
    for (let round = 1; round <= rounds; round++) {
      const random = seededRandom(seed + round);
      const sleep = (ms: number) => systemClock.sleep(ms);
      const context: FaultContext = { cluster, failpoints, proxy, random, sleep, ...(disk && { disk }) };
      const profile = profiles[round % profiles.length]!;
      const namespace = `round-${round}`;
      const { result, history } = await runRound({
        fault: fault.name,
        cause: () => fault.cause(context),
        clear: () => failpoints.clear(),
        cluster,
        profile,
        namespace,
        address,
        random,
      });
      const report = result.violations.length > 0 ? writeReport(result, history) : undefined;
      onRound(round, result, report);
      if (!result.recovered) break;
      await cluster.forgetRestarts();
    }
  } finally {
    proxy?.close();
    // Where `down` cannot work any more, at least nothing runs on.
    await cluster?.down().catch(() => cluster?.killAll());
    await disk?.unmount();
    rmSync(directory, { recursive: true, force: true });
  }
}
