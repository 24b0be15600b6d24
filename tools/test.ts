// Runs the tests: unit tests some files a process, two processes at a time, since what a test leaves in memory slows those
// after it; then each end-to-end file in a process of its own, two at a time. One at a time run those of test/machine, which
// compare the whole machine before and after, or unmount what a node's mount namespace would keep, those of test/robustness, which
// run many clusters at once, and those of test/browser: a browser drops its connections when the clusters of other tests add and
// remove interfaces.
// A file with a failure is run once more, alone. What fails twice has failed; what passes then is listed as flaky, with what it
// failed with first: a fault still, of the test or of the product, but not of the change under test.
// `tools/test.ts unit` or `e2e` runs one kind; further words pick files by name. The last line is `N passed, N failed`.
import { globSync } from 'node:fs';
import { type Outcome, runFiles } from './test-process.ts';

const [kind, ...words] = process.argv.slice(2);
const picked = (files: string[]) =>
  files.sort().filter((file) => words.length === 0 || words.some((word) => file.includes(word)));

const FILES_A_PROCESS = 16;
const UNIT_TIMEOUT_MS = 60_000;
const END_TO_END_TIMEOUT_MS = 420_000;

const portions = (files: string[], size: number): string[][] =>
  Array.from({ length: Math.ceil(files.length / size) }, (_, i) => files.slice(i * size, (i + 1) * size));

const title = (failure: string) => failure.split('\n', 1)[0];

/** Several of these may share the portions. */
async function runAll(next: Iterator<string[]>, timeoutMs: number, outcomes: Outcome[]): Promise<void> {
  for (let portion = next.next(); !portion.done; portion = next.next())
    outcomes.push(await runFiles(portion.value, timeoutMs));
}

/** Runs `all` in portions, `atOnce` processes at a time, and the files that failed once more, alone. */
async function runKind(all: string[], size: number, atOnce: number, timeoutMs: number) {
  const outcomes: Outcome[] = [];
  const next = portions(all, size)[Symbol.iterator]();
  await Promise.all(Array.from({ length: atOnce }, () => runAll(next, timeoutMs, outcomes)));
  let passed = 0;
  const failures: string[] = [];
  const flaky: string[] = [];
  for (const outcome of outcomes) {
    passed += outcome.passed;
    if (outcome.failures.length === 0) continue;
    const again: Outcome[] = [];
    await runAll(outcome.suspects.map((file) => [file])[Symbol.iterator](), timeoutMs, again);
    const failedAgain = again.flatMap((one) => one.failures);
    const mended = outcome.failures.filter(
      (text) => !failedAgain.some((other) => title(other) === title(text)),
    );
    failures.push(...failedAgain);
    flaky.push(...mended);
    passed += mended.length;
  }
  return { passed, failures, flaky };
}

const results = [];
if (kind !== 'e2e')
  results.push(
    await runKind(picked(globSync('{src,tools}/**/*.test.ts')), FILES_A_PROCESS, 2, UNIT_TIMEOUT_MS),
  );
if (kind !== 'unit') {
  const files = picked(globSync('test/**/*.test.ts'));
  const alone = (file: string) => /^test\/(browser|machine|robustness)\//.test(file);
  const beside = files.filter((file) => !alone(file));
  results.push(await runKind(beside, 1, 2, END_TO_END_TIMEOUT_MS));
  results.push(await runKind(files.filter(alone), 1, 1, END_TO_END_TIMEOUT_MS));
}

const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failures = results.flatMap((result) => result.failures);
const flaky = results.flatMap((result) => result.flaky);
if (flaky.length > 0) console.log(`\nFlaky, passed when run again:\n${flaky.join('')}`);
if (failures.length > 0) console.log(`\nFailed:\n${failures.join('')}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length > 0 || passed === 0 ? 1 : 0;
