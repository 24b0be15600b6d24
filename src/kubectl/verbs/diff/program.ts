// The diff program: `diff -u -N`, or what KUBECTL_EXTERNAL_DIFF says.
import { spawn } from 'node:child_process';
import type { Io } from '../../io/io.ts';

export function diffCommand(env: Io['env']): string[] {
  const [program = '', ...parameters] = (env.KUBECTL_EXTERNAL_DIFF ?? '').split(' ');
  if (program === '') return ['diff', '-u', '-N'];
  return [program, ...parameters.filter((word) => /^[a-zA-Z0-9-=]+$/.test(word))];
}

/** 0: no differences. 1: differences. Throws when the program failed. */
export async function runDiff(from: string, to: string, io: Io): Promise<0 | 1> {
  const [program = '', ...parameters] = diffCommand(io.env);
  const failed = (why: string) => new Error(`failed to run ${JSON.stringify(program)}: ${why}`);
  const code = await new Promise<number | null>((done, reject) => {
    const child = spawn(program, [...parameters, from, to], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...io.env },
      cwd: io.cwd,
    });
    child.stdout.on('data', (chunk: Buffer) => io.out(chunk));
    child.stderr.on('data', (chunk: Buffer) => io.err(chunk.toString()));
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        failed(
          error.code === 'ENOENT'
            ? `exec: ${JSON.stringify(program)}: executable file not found in $PATH`
            : error.message,
        ),
      ),
    );
    child.once('close', done);
  });
  if (code === 0 || code === 1) return code;
  throw failed(code === null ? 'signal: killed' : `exit status ${code}`);
}
