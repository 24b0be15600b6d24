// Five rounds of each kind of fault, as tests, several kinds at a time. A violation names the report that holds everything that was
// recorded; longer runs: `npm run test:robustness`.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FAULTS_AT_ONCE, type FaultRunOptions, runFault } from './fault-run.ts';
import type { Fault } from './faults/fault.ts';
import type { RoundResult } from './round.ts';

const ROUNDS = 5;

export const testFiveRounds = (place: string, faults: readonly Fault[]): void =>
  fiveRoundsOf(place, faults, runFault);

export function fiveRoundsOf<F extends { readonly name: string }>(
  place: string,
  faults: readonly F[],
  run: (fault: F, options: FaultRunOptions) => Promise<void>,
): void {
  describe(`what Kubernetes promises its clients holds under faults: ${place}`, {
    concurrency: FAULTS_AT_ONCE,
  }, () => {
    for (const fault of faults)
      it(fault.name, async (t) => {
        const results: RoundResult[] = [];
        const onRound = (_: number, result: RoundResult, report: string | undefined) => {
          results.push(result);
          assert.deepEqual(result.violations.slice(0, 5), [], report);
        };
        await run(fault, { rounds: ROUNDS, seed: 1, onRound });
        const sum = (count: (result: RoundResult) => number) => results.reduce((all, r) => all + count(r), 0);
        t.diagnostic(
          `${sum((r) => r.operations)} operations, ${sum((r) => r.unknown)} of unknown outcome, ${sum((r) => r.events)} events`,
        );
        assert.ok(
          results.some(({ inconclusive }) => !inconclusive),
          'no round could be judged',
        );
        assert.ok(results.every(({ acknowledged }) => acknowledged > 0));
      });
  });
}
