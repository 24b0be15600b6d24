// h2load over TLS with a bearer token. It shares the machine's cores with the server, as in the reference figures.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exec } from '../../src/kit/exec.ts';

export interface Load {
  readonly path: string;
  readonly connections: number;
  readonly requests: number;
  /** JSON, of a POST. */
  readonly body?: string;
}

/** Requests per second; throws when any answer was not 2xx. */
export async function h2load(server: string, token: string, load: Load): Promise<number> {
  const scratch = mkdtempSync(join(tmpdir(), 'bench-api-'));
  try {
    const words = [
      'h2load',
      '-n',
      String(load.requests),
      '-c',
      String(load.connections),
      '-m',
      '1',
      '-t',
      '1',
    ];
    words.push('-H', `authorization: Bearer ${token}`);
    if (load.body) {
      const file = join(scratch, 'body.json');
      writeFileSync(file, load.body);
      words.push('-d', file, '-H', 'content-type: application/json');
    }
    const output = await exec([...words, server + load.path]);
    const rate = Number(output.match(/([\d.]+) req\/s/)?.[1]);
    const ok = Number(output.match(/status codes: (\d+) 2xx/)?.[1]);
    if (ok !== load.requests)
      throw new Error(`${load.requests - ok} of ${load.requests} requests failed:\n${output}`);
    return rate;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
