// `npm run test:robustness -- [--rounds N] [--fault NAME]… [--seed N] [--parallel N]`: rounds of each kind of fault, one JSON line
// per round.
import { constants } from 'node:os';
import { inspect, parseArgs } from 'node:util';
import { systemRandom } from '../../src/kit/random.ts';
import { FAULTS_AT_ONCE, type FaultRunOptions, runFault } from './fault-run.ts';
import { faults } from './faults/all.ts';
import { serversFaults } from './faults/servers/all.ts';
import { runServersFault } from './servers-run.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    parallel: { type: 'string', default: String(FAULTS_AT_ONCE) },
    fault: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string', default: String(Math.floor(systemRandom.float() * 1_000_000)) },
  },
});
interface Runnable {
  readonly name: string;
  readonly run: (options: FaultRunOptions) => Promise<void>;
}

const runnable: readonly Runnable[] = [
  ...faults.map((fault) => ({
    name: fault.name,
    run: (options: FaultRunOptions) => runFault(fault, options),
  })),
  ...serversFaults.map((fault) => ({
    name: fault.name,
    run: (options: FaultRunOptions) => runServersFault(fault, options),
  })),
];
const unknown = values.fault.filter((name) => !runnable.some((fault) => fault.name === name));
if (unknown.length > 0) {
  console.error(
    `no such fault: ${unknown.join(', ')}; there are ${runnable.map(({ name }) => name).join(', ')}`,
  );
  process.exit(2);
}
const seed = Number(values.seed);
const picked = runnable.filter(({ name }) => values.fault.length === 0 || values.fault.includes(name));
const sum = { rounds: 0, operations: 0, events: 0, inconclusive: 0, violations: 0 };
const print = (line: object) => console.log(JSON.stringify(line));

async function run(fault: Runnable): Promise<void> {
  await fault.run({
    rounds: Number(values.rounds),
    seed,
    onRound: (round, result, report) => {
      sum.rounds++;
      sum.operations += result.operations;
      sum.events += result.events;
      if (result.violations.length > 0) sum.violations++;
      if (result.inconclusive) sum.inconclusive++;
      const violations = { count: result.violations.length, first: result.violations.slice(0, 5), report };
      print({ round, seed, ...result, violations });
    },
  });
}

/** An error that nobody catches, a signal, or nothing left to wait for also ends a run: it must not look like one that is over. */
let judged = false;
process.on('exit', () => {
  if (judged) return;
  print({ ...sum, error: 'the run ended before all rounds were judged' });
  process.exitCode ||= 1;
});
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
const failed: string[] = [];
const waiting = [...picked];
async function runOneAfterAnother(): Promise<void> {
  for (let fault = waiting.shift(); fault; fault = waiting.shift())
    try {
      await run(fault);
    } catch (error) {
      failed.push(fault.name);
      print({ fault: fault.name, error: inspect(error) });
    }
}
await Promise.all(Array.from({ length: Number(values.parallel) }, runOneAfterAnother));
print({ faults: picked.length, ...sum, failed });
judged = true;
if (sum.violations > 0 || failed.length > 0) process.exitCode = 1;
