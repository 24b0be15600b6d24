// A shell that stays, as that of somebody who follows a page: variables, functions and aliases of one command are there for the next.
import { type ChildProcess, spawn } from 'node:child_process';
import { systemClock } from '../../../src/kit/clock.ts';

export interface Shell {
  /** Runs a command as it stands; gives what it printed, errors included, line by line. Throws when it does not end in time. */
  run(command: string): Promise<string[]>;
  end(): void;
}

const LONGEST_MS = 150_000;

/** `prefix` is put before the shell's own words, to start it somewhere else. */
export function startShell(
  prefix: readonly string[],
  options: { cwd: string; env: Record<string, string> },
): Shell {
  const words = ['env', '-C', options.cwd, 'bash', '--norc', '--noprofile', '-O', 'expand_aliases'];
  const [file, ...args] = [...prefix, ...words];
  const stdio: ['pipe', 'pipe', 'inherit'] = ['pipe', 'pipe', 'inherit'];
  const child: ChildProcess = spawn(file!, args, { env: { ...process.env, ...options.env }, stdio });
  let printed = '';
  let ended = false;
  let wake: () => void = () => undefined;
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    wake();
  });
  child.once('close', () => {
    ended = true;
    wake();
  });
  child.stdin!.on('error', () => undefined);
  let count = 0;
  return {
    async run(command) {
      const mark = `--- end of command ${++count} ---`;
      printed = '';
      // In braces the command runs in this shell, with input and output of its own.
      child.stdin!.write(`{\n${command}\n} </dev/null 2>&1; printf '\\n%s\\n' '${mark}'\n`);
      const deadline = systemClock.monotonic() + LONGEST_MS;
      while (!printed.includes(`\n${mark}\n`)) {
        const left = deadline - systemClock.monotonic();
        if (ended || left <= 0)
          throw new Error(`$ ${command}\n${printed}\n(${ended ? 'the shell ended' : 'it did not end'})`);
        const timer = new AbortController();
        wake = () => timer.abort();
        await systemClock.sleep(left, timer.signal).catch(() => undefined);
      }
      const lines = printed.slice(0, printed.indexOf(`\n${mark}\n`)).split('\n');
      return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
    },
    end: () => void child.kill('SIGKILL'),
  };
}
