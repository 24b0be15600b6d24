// Reads the chosen logs: one after the other, or, when they are followed, all at once. Called by command.ts.
import type { Readable } from 'node:stream';
import { StatusError } from '../../../api/status/status-error.ts';
import type { Clock } from '../../../kit/clock.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { ExitError } from '../../errors/errors.ts';
import { copyBytes, copyLines, type LogOutput } from './lines.ts';
import { type LogRequest, logPrefix } from './requests.ts';

export interface Reading {
  readonly open: (request: LogRequest) => Promise<Readable>;
  readonly out: LogOutput;
  readonly err: (text: string) => void;
  readonly follow: boolean;
  readonly prefix: boolean;
  readonly ignoreErrors: boolean;
  readonly mostAtOnce: number;
  /** Milliseconds for a container to start, if its log is followed. */
  readonly startTimeoutMs: number;
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>;
  readonly signal: AbortSignal;
}

/** Milliseconds between two attempts. */
const RETRY_MS = 1_000;

export async function readLogs(requests: readonly LogRequest[], reading: Reading): Promise<void> {
  const { follow, mostAtOnce } = reading;
  if (!follow || requests.length <= 1) {
    for (const request of requests) await read(request, reading, false);
    return;
  }
  if (requests.length > mostAtOnce)
    throw new Error(
      `you are attempting to follow ${requests.length} log streams, but maximum allowed concurrency is ${mostAtOnce}, use --max-log-requests to increase the limit`,
    );
  await Promise.all(requests.map((request) => read(request, reading, true)));
}

async function read(request: LogRequest, reading: Reading, shared: boolean): Promise<void> {
  const { clock, signal, startTimeoutMs } = reading;
  const start = clock.monotonic();
  for (;;) {
    try {
      return await copy(request, reading, shared);
    } catch (error) {
      // Ended by the user: nothing is said.
      if (signal.aborted) throw new ExitError(1);
      if (reading.ignoreErrors) {
        await reading.out.write(Buffer.from(`error: ${messageOf(error)}\n`));
        return;
      }
      if (!reading.follow) throw error;
      reading.err(`${messageOf(error)}\n`);
      // The container may be about to start; a connection that broke stays broken.
      if (!(error instanceof StatusError)) throw error;
      if (clock.monotonic() - start + RETRY_MS > startTimeoutMs)
        throw new Error('context deadline exceeded', { cause: error });
      await clock.sleep(RETRY_MS, signal);
    }
  }
}

async function copy(request: LogRequest, reading: Reading, shared: boolean): Promise<void> {
  const log = await reading.open(request);
  const prefix = reading.prefix ? logPrefix(request) : '';
  if (prefix || shared) await copyLines(log, prefix, reading.out);
  else await copyBytes(log, reading.out);
}
