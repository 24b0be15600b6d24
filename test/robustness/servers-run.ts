// Rounds of one fault, on API servers and an etcd of their own that live through all of them. Called by run.ts and servers.test.ts.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/kit/clock.ts';
import { seededRandom } from '../../src/kit/random.ts';
import { Failpoints } from './failpoints/failpoints.ts';
import { BOOKMARKS, type FaultRunOptions } from './fault-run.ts';
import type { ServersFault } from './faults/servers/all.ts';
import { writeReport } from './report.ts';
import { runRound } from './round.ts';
import { NetworkProxy } from './server/proxy.ts';
import { ServersUnderTest } from './server/servers.ts';
import { profiles } from './traffic/profiles.ts';

export async function runServersFault(
  fault: ServersFault,
  { rounds, seed, onRound }: FaultRunOptions,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'robustness-'));
  const failpoints = new Failpoints(join(directory, 'failpoints'));
  mkdirSync(join(directory, 'data'));
  let cluster: ServersUnderTest | undefined;
  let proxy: NetworkProxy | undefined;
  try {
    const started = await ServersUnderTest.start(
      join(directory, 'data'),
      failpoints.environment([BOOKMARKS]),
    );
    cluster = started;
    proxy = new NetworkProxy(() => started.address);
    const address = await proxy.listen();
    for (let round = 1; round <= rounds; round++) {
      const random = seededRandom(seed + round);
      const sleep = (ms: number) => systemClock.sleep(ms);
      const { result, history } = await runRound({
        fault: fault.name,
        cause: () => fault.cause({ cluster: started, random, sleep }),
        clear: () => failpoints.clear(),
        cluster: started,
        profile: profiles[round % profiles.length]!,
        namespace: `round-${round}`,
        address,
        random,
      });
      const report = result.violations.length > 0 ? writeReport(result, history) : undefined;
      onRound(round, result, report);
      if (!result.recovered) break;
    }
  } finally {
    proxy?.close();
    await cluster?.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
