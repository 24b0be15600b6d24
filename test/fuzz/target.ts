// What a fuzz target is, and how one is run: hostile inputs for one parser, for a while. Whatever the input, the parser
// returns, or refuses with one of the errors it declares, without holding the event loop for more than 50 ms.
// Run by fuzz.test.ts, a second each, and by `npm run fuzz` for longer.
import fc from 'fast-check';
import { threadTime } from '../../src/kit/process/thread-time.ts';

export interface FuzzTarget<Input> {
  /** Names the parser: `room/parser`. */
  readonly name: string;
  readonly input: fc.Arbitrary<Input>;
  /** Parses; may assert more, such as a round trip. */
  readonly run: (input: Input) => unknown;
  /** Whether the parser may refuse an input with this error. */
  readonly refuses: (error: unknown) => boolean;
}

/** The inputs' type matters only inside the target. */
export type AnyFuzzTarget = { readonly name: string; check(options: FuzzOptions): Promise<FuzzResult> };

export interface FuzzOptions {
  readonly milliseconds: number;
  /** Repeats an earlier run. */
  readonly seed?: number;
}

export interface FuzzResult {
  readonly inputs: number;
  readonly seed: number;
  /** The smallest input found and what it did, when something is wrong. */
  readonly problem?: string;
}

/** Milliseconds that parsing one input may take. */
export const STALL_MS = 50;
/** An input counts as slow when it is slow each of these times: a pause of the machine or of the collector is not its fault. */
const TRIES = 8;

export function fuzzTarget<Input>(target: FuzzTarget<Input>): AnyFuzzTarget {
  return { name: target.name, check: (options) => check(target, options) };
}

async function check<Input>(target: FuzzTarget<Input>, options: FuzzOptions): Promise<FuzzResult> {
  const property = fc.asyncProperty(target.input, (input) => tryInput(target, input));
  const details = await fc.check(property, {
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: options.milliseconds,
    markInterruptAsFailure: false,
    ...(options.seed !== undefined && { seed: options.seed }),
  });
  const { numRuns: inputs, seed } = details;
  return { inputs, seed, ...(details.failed && { problem: problemOf(details) }) };
}

function problemOf<Input>(details: fc.RunDetails<[Input]>): string {
  const { counterexample, errorInstance, seed, counterexamplePath } = details;
  const error = errorInstance instanceof Error ? errorInstance.stack : String(errorInstance);
  const input = shortened(fc.stringify(counterexample));
  return `input ${input} (seed ${seed}, path ${counterexamplePath})\n${shortened(String(error))}`;
}

const shortened = (text: string): string =>
  text.length <= 1_000 ? text : `${text.slice(0, 1_000)}… ${text.length - 1_000} more characters`;

async function tryInput<Input>(target: FuzzTarget<Input>, input: Input): Promise<void> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < TRIES && fastest > STALL_MS; i++)
    fastest = Math.min(fastest, await blockedFor(target, input));
  if (fastest > STALL_MS) throw new Error(`blocked the event loop for ${Math.round(fastest)} ms`);
}

/** Milliseconds of this thread's processor until the parser returned or waited for something: a busy machine is not its fault. */
async function blockedFor<Input>({ run, refuses }: FuzzTarget<Input>, input: Input): Promise<number> {
  const from = threadTime();
  let blocked: number | undefined;
  try {
    const result = run(input);
    blocked = threadTime() - from;
    await result;
  } catch (error) {
    if (!refuses(error)) throw error;
  }
  return blocked ?? threadTime() - from;
}
