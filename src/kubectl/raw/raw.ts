// `--raw URI`: a file, or standard input, is sent to a path of the server as it is, and the answer is printed. Called by create,
// replace and delete.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Io } from '../io/io.ts';
import { readStdin } from '../io/io.ts';
import type { Session } from '../session/session.ts';

export interface RawFlags {
  readonly raw: string;
  readonly filename: readonly string[];
  readonly recursive: boolean;
}

/** What does not go together with --raw. */
export function checkRaw({ raw, filename, recursive }: RawFlags, output: string): void {
  if (filename.length > 1) throw new Error('--raw can only use a single local file or stdin');
  if (/^https?:\/\//.test(filename[0] ?? '')) throw new Error('--raw cannot read from a url');
  if (recursive) throw new Error('--raw and --recursive are mutually exclusive');
  if (output !== '') throw new Error('--raw and --output are mutually exclusive');
  if (!raw.startsWith('/') && !URL.canParse(raw))
    throw new Error(`--raw must be a valid URL path: parse ${JSON.stringify(raw)}: invalid URI for request`);
}

export async function sendRaw(
  { session, io }: { readonly session: Session; readonly io: Io },
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  filename: string | undefined,
): Promise<void> {
  const body = filename === undefined ? '' : await contentOf(filename, io);
  const answer = await session.request({ method, path, ...(body.length > 0 && { body }) });
  io.out(answer.body);
}

async function contentOf(filename: string, io: Io): Promise<string | Buffer> {
  return filename === '-' ? readStdin(io) : readFile(resolve(io.cwd, filename));
}
