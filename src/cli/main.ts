// The `tiphys` command: parses words, calls cluster, prints. The commands are listed in program.ts.
import { CommanderError } from 'commander';
import { UserError } from '../cluster/progress.ts';
import { makeProgram } from './program.ts';

try {
  await makeProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else if (error instanceof UserError) fail(error.message);
  else if ((error as NodeJS.ErrnoException).code === 'EACCES')
    fail(`${(error as Error).message}; run it as root`);
  else throw error;
}

/** Ends the process: what the command has opened by then, a store or a watched file, would keep it from ending by itself. */
function fail(message: string): void {
  process.stderr.write(`tiphys: ${message}\n`, () => process.exit(1));
}
