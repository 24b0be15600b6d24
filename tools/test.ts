// Runs the tests: unit tests some files a process, two processes at a time, since what a test leaves in memory slows those
// after it; then each end-to-end file in a process of its own, one after another.
// `tools/test.ts unit` or `e2e` runs one kind; further words pick files by name. The last line is `N passed, N failed`.
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';

const [kind, ...words] = process.argv.slice(2);
const picked = (files: string[]) =>
  files.sort().filter((file) => words.length === 0 || words.some((word) => file.includes(word)));

const FILES_A_PROCESS = 16;

let passed = 0;
let failed = 0;

const portions = (files: string[], size: number): string[][] =>
  Array.from({ length: Math.ceil(files.length / size) }, (_, i) => files.slice(i * size, (i + 1) * size));

/** Several of these may share the portions. */
async function runAll(next: Iterator<string[]>): Promise<void> {
  for (let portion = next.next(); !portion.done; portion = next.next()) await run(portion.value, 60_000);
}

/** Runs `files` in one process, passes its output through and adds up its counts. A run without counts is a failure. */
function run(files: string[], timeoutMs: number): Promise<void> {
  const args = ['--test', '--test-isolation=none', '--test-force-exit', `--test-timeout=${timeoutMs}`];
  const reporters = ['--test-reporter=./tools/test-reporter.ts', '--test-reporter-destination=stdout'];
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--expose-gc', ...args, ...reporters, ...files],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let tail = '';
  child.stdout.on('data', (chunk) => {
    process.stdout.write(chunk);
    tail = (tail + chunk).slice(-4000);
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const counts = tail.match(/^(\d+) ok, (\d+) not ok/m);
      passed += Number(counts?.[1] ?? 0);
      failed += Number(counts?.[2] ?? 1);
      if (counts && code !== 0 && counts[2] === '0') failed++;
      resolve();
    });
  });
}

if (kind !== 'e2e') {
  const files = picked(globSync('{src,tools}/**/*.test.ts'));
  const next = portions(files, FILES_A_PROCESS)[Symbol.iterator]();
  await Promise.all([1, 2].map(() => runAll(next)));
}
if (kind !== 'unit') for (const file of picked(globSync('test/**/*.test.ts'))) await run([file], 420_000);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;
