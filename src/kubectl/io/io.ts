// All that a verb has of its surroundings: streams, environment, folder, time. Verbs never touch `process`; main.ts makes the real
// one, tests make their own (testing/kubectl.fake.ts).
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../../kit/clock.ts';
import type { Random } from '../../kit/random.ts';

/** The terminal that a person sits at. */
export interface Terminal {
  readonly stdinIsTty: boolean;
  readonly stdoutIsTty: boolean;
  setRaw(on: boolean): void;
  size(): { readonly width: number; readonly height: number } | undefined;
  /** Gives what ends the calls. */
  onResize(call: () => void): () => void;
}

export interface Io {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Undefined in tests. */
  readonly terminal?: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What relative paths start from. */
  readonly cwd: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborts on SIGINT and SIGTERM, for verbs that last. */
  readonly signal: AbortSignal;
  /** Writes to stdout. */
  out(text: string | Uint8Array): void;
  /** Writes to stderr. */
  err(text: string): void;
}

/** All of standard input as text, of at most `limit` bytes. */
export async function readStdin(io: Io, limit = 256 * 1024 * 1024): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of io.stdin) {
    const bytes = Buffer.from(chunk as Uint8Array | string);
    size += bytes.length;
    if (size > limit) throw new Error(`standard input has more than ${limit} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString();
}
