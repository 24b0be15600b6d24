// Starts a process that supervisor.ts can watch. Apart from it, so that a command can start one before it loads the rest.
import { type ChildProcess, spawn } from 'node:child_process';

/** `output`: file descriptor for its standard output and error. Messages it sends before anybody listens are kept. */
export function spawnSupervised(
  [program, ...args]: readonly [string, ...string[]],
  output: number,
): ChildProcess {
  return spawn(program, args, { stdio: ['ignore', output, output, 'ipc'] });
}
