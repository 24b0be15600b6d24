// Starts a process that supervisor.ts can watch. Apart from it, so that a command can start one before it loads the rest.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `output`: file descriptor for its standard output and error. Messages it sends before anybody listens are kept. */
export function spawnSupervised(
  [program, ...args]: readonly [string, ...string[]],
  output: number,
): ChildProcess {
  return spawn(program, args, { stdio: ['ignore', output, output, 'ipc'] });
}

export interface OwnProgram {
  /** Of the caller's file: main.ts lies beside it in a clone. */
  readonly url: string;
  /** Its file in the bundle. */
  readonly bundled: string;
  /** MB of V8's young generation; the node agent's own (bin/tiphys) is small. */
  readonly semiSpace: number;
  /** File for its output. */
  readonly log: string;
  readonly words?: readonly string[];
}

/** Runs a program of ours, as it is in a clone or in the bundle. */
export function spawnOwn({ url, bundled, semiSpace, log, words = [] }: OwnProgram): ChildProcess {
  const main = url.endsWith('.ts') ? './main.ts' : `./${bundled}`;
  const others = process.execArgv.filter((flag) => !flag.startsWith('--max-semi-space-size'));
  const flags = [...others, `--max-semi-space-size=${semiSpace}`];
  const output = openSync(log, 'a');
  try {
    const program = fileURLToPath(new URL(main, url));
    return spawnSupervised([process.execPath, ...flags, program, ...words], output);
  } finally {
    closeSync(output);
  }
}
