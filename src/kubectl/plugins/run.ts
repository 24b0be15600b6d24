// Runs a plugin in the place of a command that is not there. Called by main.ts.
import { spawn } from 'node:child_process';
import type { Io } from '../io/io.ts';
import { findPlugin } from './find.ts';

/** Its exit code; undefined when no plugin has that name. */
export async function runPlugin(
  words: readonly string[],
  least: number,
  io: Io,
): Promise<number | undefined> {
  const found = findPlugin(words, least, io);
  if (!found) {
    if (
      words[0]?.startsWith('-') &&
      words.some((word) => !word.startsWith('-')) &&
      findPlugin(
        words.filter((word) => !word.startsWith('-')),
        least,
        io,
      )
    )
      throw new Error(`flags cannot be placed before plugin name: ${words[0]}`);
    return undefined;
  }
  const inherited = io.terminal !== undefined;
  const child = spawn(found.path, words.slice(found.words), {
    stdio: inherited ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    env: io.env as NodeJS.ProcessEnv,
    cwd: io.cwd,
  });
  child.stdout?.on('data', (chunk: Buffer) => io.out(chunk));
  child.stderr?.on('data', (chunk: Buffer) => io.err(chunk.toString()));
  const stop = () => child.kill('SIGTERM');
  io.signal.addEventListener('abort', stop, { once: true });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      io.signal.removeEventListener('abort', stop);
      resolve(code ?? 1);
    });
  });
}
