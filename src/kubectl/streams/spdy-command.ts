// A remote command over SPDY streams (v4.channel.k8s.io): what servers and proxies that refuse WebSockets understand.
import type { Readable } from 'node:stream';
import type { SpdyConnection } from '../../kit/spdy/connection.ts';
import type { SpdyStream } from '../../kit/spdy/stream.ts';
import { errorOfStatus } from './exit-status.ts';
import { type CommandStreams, MAX_STATUS, sizeMessage } from './session.ts';

export const V4_CHANNEL = 'v4.channel.k8s.io';

/** Runs the session to its end: resolves when the command succeeded, rejects with what the error stream said. */
export async function runOverSpdy(connection: SpdyConnection, streams: CommandStreams): Promise<void> {
  const open = (streamtype: string): SpdyStream => connection.createStream({ streamtype });
  // The runtime starts the command once all streams that were asked for have come; the error stream first, as client-go does.
  const error = open('error');
  const stdin = streams.stdin && open('stdin');
  const stdout = streams.stdout && open('stdout');
  const stderr = streams.stderr && open('stderr');
  const resize = streams.sizes && open('resize');
  const status = upTo(error, MAX_STATUS);
  for (const input of [stdin, resize]) input?.resume();
  if (stdin) streams.stdin?.pipe(stdin);
  const stopSizes = resize && streams.sizes?.((terminal) => void resize.write(`${sizeMessage(terminal)}\n`));
  try {
    await Promise.all([
      stdout && streams.stdout && copied(stdout, streams.stdout),
      stderr && streams.stderr && copied(stderr, streams.stderr),
    ]);
    const failure = errorOfStatus(await status);
    if (failure) throw failure;
  } finally {
    stopSizes?.();
    if (stdin) streams.stdin?.unpipe(stdin);
    streams.stdin?.pause();
    connection.close();
  }
}

/** Resolves at the end of `from`; `to` stays open. */
function copied(from: Readable, to: NodeJS.WritableStream): Promise<void> {
  from.pipe(to, { end: false });
  return new Promise((resolve) => {
    from.once('end', resolve);
    from.once('close', resolve);
  });
}

async function upTo(stream: Readable, limit: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    if (size < limit) parts.push(part);
    size += part.length;
  }
  return Buffer.concat(parts);
}
