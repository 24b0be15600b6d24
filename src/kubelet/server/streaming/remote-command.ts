// exec and attach for a v5.channel.k8s.io client: its channels on one side, the runtime's SPDY streams (protocol v4) on
// the other, stdin's end and terminal sizes included. Every other protocol is passed through to the runtime as it is.
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Status } from '../../../api/meta/v1/status.ts';
import { messageOf } from '../../../kit/message-of.ts';
import type { SpdyConnection } from '../../../kit/spdy/connection.ts';
import { dialSpdy, UpgradeRefusedError } from '../../../kit/spdy/dial.ts';
import type { ExecStreams } from '../backend.ts';
import { Channel, type WebSocketChannels } from './channels.ts';
import { machineryStatus, statusFromRuntime } from './exit-status.ts';

export const V5_CHANNEL = 'v5.channel.k8s.io';
const V4_CHANNEL = 'v4.channel.k8s.io';

/** Runs the session to its end and tells the client how it ended; never throws. */
export async function bridgeRemoteCommand(
  client: WebSocketChannels,
  runtimeUrl: () => Promise<string>,
  streams: ExecStreams,
): Promise<void> {
  let connection: SpdyConnection | undefined;
  const gone = client.closed.then(() => connection?.destroy());
  try {
    const dialed = await dialSpdy(new URL(await runtimeUrl()), [V4_CHANNEL]);
    connection = dialed.connection;
    await client.finish(await runSession(client, connection, streams));
  } catch (error) {
    await client.finish(machineryStatus(upgradeError(error)));
  } finally {
    connection?.close();
  }
  await gone;
}

function upgradeError(error: unknown): string {
  if (error instanceof UpgradeRefusedError) return error.message;
  return `unable to upgrade connection: ${messageOf(error)}`;
}

/** The runtime starts the command once all streams it was asked for have come; error first, as its own clients do. */
async function runSession(
  client: WebSocketChannels,
  connection: SpdyConnection,
  wanted: ExecStreams,
): Promise<Status> {
  const error = connection.createStream({ streamtype: 'error' });
  const stdin = wanted.stdin ? connection.createStream({ streamtype: 'stdin' }) : undefined;
  const stdout = wanted.stdout ? connection.createStream({ streamtype: 'stdout' }) : undefined;
  const stderr = wanted.stderr ? connection.createStream({ streamtype: 'stderr' }) : undefined;
  const resize = wanted.tty ? connection.createStream({ streamtype: 'resize' }) : undefined;
  for (const input of [stdin, resize]) input?.resume();
  if (stdin) client.stdin.pipe(stdin);
  else client.stdin.resume();
  if (resize) client.resize.on('data', (size: Buffer) => resize.write(`${size.toString().trim()}\n`));
  else client.resize.resume();
  const outputs = [
    stdout && copy(stdout, client, Channel.stdout),
    stderr && copy(stderr, client, Channel.stderr),
  ];
  await Promise.all(outputs);
  return statusFromRuntime(await text(error));
}

const copy = (from: Readable, client: WebSocketChannels, channel: number) =>
  pipeline(from, client.output(channel));
