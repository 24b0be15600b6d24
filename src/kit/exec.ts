// Runs a program to its end and returns what it printed; the one place where short-lived programs are started.
import { spawn } from 'node:child_process';

export interface ExecResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface ExecOptions {
  input?: string | Uint8Array;
  /** Instead of `input`: gives it, once the program, which has this id, has written something. */
  answer?: (pid: number) => Promise<string>;
  env?: Record<string, string>;
  cwd?: string;
  signal?: AbortSignal;
}

/** A program that ended with another code than 0, or could not be started (code 127). */
export class ExecError extends Error {
  readonly result: ExecResult;

  constructor(command: readonly string[], result: ExecResult) {
    super(`${command.join(' ')}: exit code ${result.code}: ${result.stderr.trim() || result.stdout.trim()}`);
    this.result = result;
  }
}

/** Runs `command` (no shell) and resolves with its result whatever the code is. Rejects only when `answer` does. */
export function tryExec(command: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    const [file, ...args] = command;
    const child = spawn(file!, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: options.env ? { ...process.env, ...options.env } : process.env,
      cwd: options.cwd,
      signal: options.signal,
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (d) => out.push(d));
    child.stderr.on('data', (d) => err.push(d));
    const text = (parts: Buffer[]) => Buffer.concat(parts).toString();
    child.on('error', (e) => resolve({ code: 127, stdout: text(out), stderr: text(err) + e.message }));
    child.on('close', (code, signal) =>
      resolve({
        code: code ?? 128,
        stdout: text(out),
        stderr: text(err) + (signal ? `killed by ${signal}` : ''),
      }),
    );
    child.stdin.on('error', () => {});
    const { answer } = options;
    if (!answer) return void child.stdin.end(options.input ?? '');
    const answered = (input: string) => child.stdin.end(input);
    child.stdout.once('data', () => {
      answer(child.pid!).then(answered, (error) => {
        answered('');
        reject(error);
      });
    });
  });
}

/** Runs `command` and resolves with its standard output; throws ExecError on another code than 0. */
export async function exec(command: readonly string[], options: ExecOptions = {}): Promise<string> {
  const result = await tryExec(command, options);
  if (result.code !== 0) throw new ExecError(command, result);
  return result.stdout;
}
