// Runs the tests: all unit tests in one process, then each end-to-end file in a process of its own, one after another.
// `tools/test.ts unit` or `e2e` runs one kind; further words pick files by name. The last line is `N passed, N failed`.
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';

const [kind, ...words] = process.argv.slice(2);
const picked = (files: string[]) =>
  files.sort().filter((file) => words.length === 0 || words.some((word) => file.includes(word)));

let passed = 0;
let failed = 0;

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
  if (files.length) await run(files, 60_000);
}
if (kind !== 'unit') for (const file of picked(globSync('test/**/*.test.ts'))) await run([file], 420_000);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;
