// One process of tests: its output is passed through, and its counts and failures are read off it.
import { spawn } from 'node:child_process';
import { resolve as absolute } from 'node:path';
import { NOT_OK } from './test-reporter.ts';

export interface Outcome {
  passed: number;
  /** A text per failed test; one that names the files where the process itself failed. */
  failures: string[];
  /** The files that the failures are of. */
  suspects: string[];
}

/** A failure's text is kept up to here. */
const FAILURE_CHARACTERS = 3_000;

/** Runs `files` in one process. A process without counts has failed, and so has one that ends with an error after its tests passed. */
export function runFiles(files: string[], timeoutMs: number): Promise<Outcome> {
  const args = ['--test', '--test-isolation=none', '--test-force-exit', `--test-timeout=${timeoutMs}`];
  const reporters = ['--test-reporter=./tools/test-reporter.ts', '--test-reporter-destination=stdout'];
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--expose-gc', ...args, ...reporters, ...files],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      // Most of a process's start is compiling the same files.
      env: { NODE_COMPILE_CACHE: absolute('.cache/node'), ...process.env },
    },
  );
  const start = performance.now();
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    process.stdout.write(chunk);
    output += chunk;
  });
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      console.log(`${((performance.now() - start) / 1000).toFixed(0)} s  ${name(files)}`);
      resolve(outcome(files, output, code ?? signal));
    });
  });
}

const name = ([first, ...others]: string[]) =>
  others.length > 0 ? `${first} and ${others.length} more` : first;

function outcome(files: string[], output: string, end: number | NodeJS.Signals | null): Outcome {
  const counts = output.match(/^(\d+) ok, (\d+) not ok$/m);
  const passed = Number(counts?.[1] ?? 0);
  const failures = output
    .split(/^(?= {2}NOT OK )/m)
    .filter((text) => text.startsWith(NOT_OK))
    .map((text) => text.slice(0, FAILURE_CHARACTERS));
  if (counts && end === 0 && failures.length === 0) return { passed, failures, suspects: [] };
  const named = files.filter((file) => failures.some((text) => text.split('\n', 1)[0]?.includes(file)));
  if (failures.length === 0)
    failures.push(`  NOT OK the process of ${files.join(' ')} ended with ${end}\n${output.slice(-500)}\n`);
  return { passed, failures, suspects: named.length > 0 ? named : files };
}
